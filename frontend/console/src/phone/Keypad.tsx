import { Button, Modal, SimpleGrid, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useSpeech } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { asciiDigits } from "../kit/fold";
import type { Tone } from "./phone";
import { phoneWords } from "./words";

const tones: readonly Tone[] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

/** Tones for the other side's menu. Laid out as on every telephone, in the reader's digits; typing works in all of them. */
export function Keypad(props: { isOpen: boolean; close: () => void; send: (tone: Tone) => void }) {
  const { language, numberingSystem } = useSpeech();
  const { say } = usePhrases(phoneWords);
  const [sent, setSent] = useState("");
  const digits = new Intl.NumberFormat(`${language}-u-nu-${numberingSystem}`);
  const shown = (tone: string) => (tone === "*" || tone === "#" ? tone : digits.format(Number(tone)));
  const press = (tone: Tone) => {
    props.send(tone);
    setSent((before) => (before + tone).slice(-20));
  };
  const type = (event: React.KeyboardEvent) => {
    const tone = tones.find((each) => each === asciiDigits(event.key));
    if (tone === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    press(tone);
  };
  const nameOf = (tone: Tone) => (tone === "*" ? say("star") : tone === "#" ? say("hash") : shown(tone));
  return (
    <Modal opened={props.isOpen} onClose={props.close} title={say("keypad")} size="xs" onKeyDown={type} data-testid="keypad">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{say("keypad_hint")}</Text>
        <Text ta="center" fz={22} mih={34} dir="ltr" role="status" aria-label={`${say("sent")}: ${[...sent].map(shown).join(" ")}`} data-testid="sent-digits">
          {[...sent].map(shown).join("")}
        </Text>
        <SimpleGrid cols={3} spacing="xs" dir="ltr">
          {tones.map((tone) => (
            <Button key={tone} variant="default" size="lg" onClick={() => press(tone)} aria-label={nameOf(tone)}>{shown(tone)}</Button>
          ))}
        </SimpleGrid>
      </Stack>
    </Modal>
  );
}
