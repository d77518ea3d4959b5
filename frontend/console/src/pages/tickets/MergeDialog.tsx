import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { call, Problem } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { asciiDigits } from "../../kit/fold";
import { kitWords } from "../../kit/words";
import { useCommand } from "../../live/context";
import { go } from "../../shell/route";
import { byNumber } from "./Links";
import { linkWords } from "./linkWords";
import { Requester, Title } from "./marks";
import { pageWords } from "./pageWords";
import type { Ticket } from "./ticket";

/** Merge by number: what will happen is said before it does. */
export function MergeDialog(props: { ticket: Ticket; close: () => void }) {
  const { ticket, close } = props;
  const { say, count } = usePhrases(linkWords);
  const page = usePhrases(pageWords);
  const kit = usePhrases(kitWords);
  const { isBusy, run } = useCommand();
  const [number, setNumber] = useState("");
  const [other, setOther] = useState<Ticket | "none" | null>(null);
  const look = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      try {
        const found = await byNumber(number);
        setOther(found.id === ticket.id ? "none" : found);
      } catch (error) {
        if (!(error instanceof Problem) || error.isPassing) throw error;
        setOther("none");
      }
    });
  };
  const found = other === "none" ? null : other;
  const obstacle = found === null ? null : obstacleOf(ticket, found);
  const merge = () =>
    void run(async () => {
      if (!found) return;
      const into = await call<Ticket>("POST", `/api/tickets/${ticket.id}/merge`, { into_id: found.id });
      close();
      go("tickets", into.id);
    });
  return (
    <Modal opened onClose={close} title={say("merge_title", { number: ticket.number })} closeButtonProps={{ "aria-label": kit.say("close") }} centered>
      <Stack>
        <form onSubmit={look}>
          <Group align="end" gap="xs" wrap="nowrap">
            <TextInput label={say("link_number")} description={say("link_number_hint")} value={number} dir="ltr" flex={1} autoComplete="off" data-autofocus
              onChange={(event) => { setNumber(asciiDigits(event.currentTarget.value)); setOther(null); }} error={other === "none" ? kit.say("gone") : undefined} data-testid="merge-number" />
            <Button type="submit" variant="default" disabled={number.trim() === ""} loading={isBusy} data-testid="merge-look">{say("merge_look")}</Button>
          </Group>
        </form>
        {found && (
          <div data-testid="merge-found">
            <Text fw={600}><Title ticket={found} /></Text>
            <Text size="sm" c="dimmed"><Requester ticket={found} /></Text>
          </div>
        )}
        {found && obstacle && <Alert color="yellow" role="alert" data-testid="merge-obstacle">{say(obstacle)}</Alert>}
        {found && !obstacle && (
          <>
            <div>
              <Text size="sm" fw={600}>{say("merge_will")}</Text>
              <ul>
                <li>{say("merge_closes", { number: ticket.number, other: found.number })}</li>
                {ticket.interactions.length > 0 && <li>{count("merge_moves", ticket.interactions.length)}</li>}
                <li>{say("merge_keeps", { number: ticket.number })}</li>
                <li>{say("merge_back")}</li>
              </ul>
            </div>
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>{page.say("cancel")}</Button>
              <Button onClick={merge} loading={isBusy} data-testid="merge-submit">{say("merge_submit", { other: found.number })}</Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  );
}

/** What the server would refuse, as far as both tickets tell it; it decides again. */
function obstacleOf(ticket: Ticket, other: Ticket): "merge_merged" | "merge_other_kind" | "merge_other_requester" | null {
  if (other.merged_into !== null) return "merge_merged";
  if (ticket.kind !== other.kind || ticket.is_confidential !== other.is_confidential) return "merge_other_kind";
  // Of two customers one may be merged into the other: that only the server knows.
  if (ticket.requester_kind !== other.requester_kind || (ticket.requester_kind === "internal" && ticket.requester_id !== other.requester_id)) return "merge_other_requester";
  return null;
}
