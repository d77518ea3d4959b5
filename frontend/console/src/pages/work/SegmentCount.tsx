import { Text } from "@mantine/core";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { segmentsOf } from "./segments";
import { textWords } from "../texts/words";

/** What a text costs while it is written: one letter beyond GSM-7 more than halves what fits. */
export function SegmentCount(props: { text: string }) {
  const { say, count } = usePhrases(textWords);
  const { number } = useSpeech();
  if (props.text.trim() === "") return null;
  const found = segmentsOf(props.text);
  return (
    <Text size="xs" c={found.count > 3 ? "orange.8" : "dimmed"} data-testid="segments" data-count={found.count} data-alphabet={found.alphabet}>
      {count("segments", found.count)} · {say("left", { n: number(found.left) })}
    </Text>
  );
}
