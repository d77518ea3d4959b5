import { ActionIcon, Menu, Text } from "@mantine/core";
import { IconChevronUp } from "@tabler/icons-react";
import { useState } from "react";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useFeed } from "../../live/context";
import { mailWords } from "./mailWords";
import { MomentDialog } from "./MomentDialog";
import { presets } from "./moments";
import { words } from "./words";

/** Beside the button that sends: at once, or at a moment. */
export function SendMenu(props: { isOff: boolean; hasUndo: boolean; sendNow: () => void; sendAt: (at: Date) => void }) {
  const { organisation } = useFeed();
  const { say } = usePhrases(mailWords);
  const desk = usePhrases(words);
  const dates = useDates();
  const [isOpen, setOpen] = useState(false);
  const [isPicking, setPicking] = useState(false);
  return (
    <>
      <Menu position="top-end" withinPortal opened={isOpen} onChange={setOpen}>
        <Menu.Target>
          <ActionIcon variant="filled" size={36} disabled={props.isOff} aria-label={say("more_sending")} title={say("more_sending")} data-testid="send-menu">
            <IconChevronUp size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {props.hasUndo && <Menu.Item onClick={props.sendNow} data-testid="send-now">{say("send_now")}</Menu.Item>}
          <Menu.Label>{say("send_later")}</Menu.Label>
          {isOpen && presets(new Date(), organisation.weekend).map(({ word, at }) => (
            <Menu.Item key={word} onClick={() => props.sendAt(at)} rightSection={<Text size="xs" c="dimmed">{dates.full(at.getTime())}</Text>} data-testid={`send-${word}`}>
              {desk.say(word)}
            </Menu.Item>
          ))}
          <Menu.Item onClick={() => setPicking(true)} data-testid="send-pick">{desk.say("pick")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isPicking && <MomentDialog title={say("send_later")} close={() => setPicking(false)} choose={(at) => { props.sendAt(at); return true; }} />}
    </>
  );
}
