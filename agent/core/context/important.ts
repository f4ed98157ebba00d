// Which sentences of a caller are worth keeping before the model for the whole call: who they are, what
// harms them, numbers they dictated, and what they asked to be remembered. A rule of thumb that costs
// nothing; the summary keeps what it misses.

/** The sentences of `text` that say such a thing, in order. */
export function importantIn(text: string): readonly string[] {
  const sentences = text.match(/[^.!?]+[.!?]*/g) ?? [];
  return sentences
    .map((sentence) => sentence.trim())
    .filter((sentence) => SIGNS.some((sign) => sign.test(sentence)));
}

const DIGIT = String.raw`(?:\d|zero|oh|one|two|three|four|five|six|seven|eight|nine|double)`;

const SIGNS: readonly RegExp[] = [
  /\b(?:my name is|my name's|i am called|call me)\b/i,
  /\b(?:allergic|allergy|diabetic|wheelchair|pregnant)\b/i,
  // Questions about memory are no news: "do you remember", "can you remember".
  /^(?!.*\?)(?=.*\b(?:please remember|keep in mind|don't forget|do not forget|important)\b).*/i,
  /\bmy (?:phone |telephone )?(?:number|address|e-?mail)(?: address)? is\b/i,
  new RegExp(String.raw`\b(?:${DIGIT}[\s,-]*){6,}`, 'i'),
];
