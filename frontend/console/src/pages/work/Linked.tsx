import { partsOf } from "../../../../shared/links";

/** A message's text with its web addresses to click on, each isolated from the direction around it. */
export function Linked(props: { text: string }) {
  return partsOf(props.text).map(({ text, href }, index) =>
    href === null ? (
      text
    ) : (
      <a key={index} href={href} target="_blank" rel="noopener noreferrer">
        <bdi dir="ltr">{text}</bdi>
      </a>
    ),
  );
}
