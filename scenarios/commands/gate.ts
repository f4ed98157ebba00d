// `npm run gate`: plays the default set with the code as it is, holds it against the committed baseline, pair
// by pair, and says whether anything got worse; or, with a reason, makes it the new baseline. Results on stdout,
// progress and errors on stderr. What is no baseline, or one of other scenarios, is not overwritten.
