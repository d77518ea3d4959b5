import { Button, Group, Modal, Select, Stack, Switch, Textarea } from "@mantine/core";
import { useState } from "react";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useCommand, useFeed, useLive } from "../../live/context";
import type { Interaction } from "../../protocol";
import { FollowUp } from "./FollowUp";
import { words } from "./words";

export function CloseDialog(props: { interaction: Interaction; isOpen: boolean; close: () => void }) {
  const { say } = useSpeech();
  return (
    <Modal opened={props.isOpen} onClose={props.close} title={say("close.heading")} centered closeButtonProps={{ "aria-label": say("common.close") }}>
      <CloseForm interaction={props.interaction} close={props.close} />
    </Modal>
  );
}

function CloseForm(props: { interaction: Interaction; close: () => void }) {
  const { interaction, close } = props;
  const live = useLive();
  const { dispositions } = useFeed();
  const { say, sayAny } = useSpeech();
  const { isBusy, run } = useCommand();
  const [disposition, setDisposition] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [wantsWrapUp, setWantsWrapUp] = useState(false);
  const desk = usePhrases(words);
  const mayWrapUp = interaction.wrap_up_mode === "optional" && interaction.state === "assigned";
  const [followUp, setFollowUp] = useState<Date | null>(null);

  const submit = async () => {
    const argument = { interaction_id: interaction.id, disposition, note: note.trim() || null, follow_up_at: followUp?.toISOString() ?? null, wants_wrap_up: mayWrapUp && wantsWrapUp };
    if (await run(() => live.ask("interaction.close", argument))) close();
  };

  return (
    <form onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      <Stack>
        {dispositions.length > 0 && (
          <Select
            label={say("close.disposition")}
            data={dispositions.map((value) => ({ value, label: sayAny("disposition", value, value) }))}
            value={disposition}
            onChange={setDisposition}
            clearable
            data-autofocus
            openOnFocus={false}
            data-testid="close-disposition"
          />
        )}
        <Textarea
          label={say("close.note")}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          dir={note === "" ? undefined : "auto"}
          autosize
          minRows={3}
          data-testid="close-note"
        />
        <FollowUp value={followUp} set={setFollowUp} />
        {mayWrapUp && (
          <Switch
            label={desk.say("wants_wrap_up")}
            description={desk.say("wants_wrap_up_about")}
            checked={wantsWrapUp}
            onChange={(event) => setWantsWrapUp(event.currentTarget.checked)}
            data-testid="close-wrap-up"
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>{say("common.cancel")}</Button>
          <Button type="submit" loading={isBusy} data-testid="close-submit">{say("close.submit")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
