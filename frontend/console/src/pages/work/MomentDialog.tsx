import { Button, Group, Modal, Stack } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useServerNow } from "../../live/context";
import { MomentField } from "./MomentField";
import { words } from "./words";

interface DialogProps {
  title: string;
  first?: Date;
  close: () => void;
  /** Whether it worked: then the dialog closes. */
  choose: (at: Date) => Promise<boolean> | boolean;
  children?: ReactNode;
}

/** A moment in the future, in the reader's calendar. */
export function MomentDialog(props: DialogProps) {
  const speech = useSpeech();
  const { say } = usePhrases(words);
  const now = useServerNow();
  const [at, setAt] = useState<Date | null>(props.first ?? null);
  const isPast = at !== null && at.getTime() <= now;
  const submit = async () => {
    if (at !== null && !isPast && (await props.choose(at))) props.close();
  };
  return (
    <Modal opened onClose={props.close} title={props.title} centered closeButtonProps={{ "aria-label": speech.say("common.close") }}>
      <form onSubmit={(event) => { event.preventDefault(); event.stopPropagation(); void submit(); }}>
        <Stack>
          <MomentField label={say("moment")} value={at} set={setAt} error={isPast ? say("moment_past") : undefined} />
          {props.children}
          <Group justify="flex-end">
            <Button variant="default" onClick={props.close}>{speech.say("common.cancel")}</Button>
            <Button type="submit" disabled={at === null || isPast} data-testid="moment-set">{say("set")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
