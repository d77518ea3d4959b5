import { directionOf } from "../../../../shared/direction";

const tag = /^([A-Z]{2}-\d+) (.+)$/su;

/** A name, subject or number, isolated from the direction of the sentence around it; a ticket's number apart from its subject. */
export function Name(props: { of: string }) {
  const [, number, subject] = tag.exec(props.of) ?? [];
  if (number !== undefined && subject !== undefined) return <><bdi dir="ltr">{number}</bdi> <bdi dir={directionOf(subject)}>{subject}</bdi></>;
  return <bdi dir={directionOf(props.of)}>{props.of}</bdi>;
}
