import { Badge, Button, Card, Group, Stack, Text } from "@mantine/core";
import { useEffect } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { byId, useList } from "../../kit/list";
import { useCommand } from "../../live/context";
import { Name } from "../work/Name";
import { type Batch, type BatchItem } from "./text";
import { textWords } from "./words";

const freshMs = 5_000;

export function Batches(props: { chosen: string | undefined }) {
  const list = useList<Batch>("/api/text-batches", byId);
  const { reload } = list;
  const goesOn = list.items.some(({ state }) => state === "sending" || state === "waiting");
  useEffect(() => {
    if (!goesOn) return;
    const timer = setInterval(() => !document.hidden && void reload(), freshMs);
    return () => clearInterval(timer);
  }, [goesOn, reload]);
  return <Stack>{list.items.map((batch) => <One key={batch.id} batch={batch} isOpen={batch.id === props.chosen} reload={reload} />)}</Stack>;
}

function One(props: { batch: Batch; isOpen: boolean; reload: () => Promise<void> }) {
  const { batch } = props;
  const { say } = usePhrases(textWords);
  const { number } = useSpeech();
  const dates = useDates();
  const { isBusy, run } = useCommand();
  const cancel = () => void run(async () => { await call("POST", `/api/text-batches/${batch.id}/cancel`); await props.reload(); });
  const figures = { sent: number(batch.sent), delivered: number(batch.delivered), left_out: number(batch.left_out), failed: number(batch.failed) };
  return (
    <Card withBorder data-testid="batch" data-state={batch.state}>
      <Group justify="space-between">
        <Text fw={600}><Name of={batch.name} /></Text>
        <Badge tt="none" variant="light" color={batch.state === "done" ? "teal" : batch.state === "cancelled" ? "gray" : "blue"}>{say(`batch.${batch.state}`)}</Badge>
      </Group>
      <Text size="sm" dir="auto" lineClamp={3}>{batch.text}</Text>
      <Text size="sm" c="dimmed"><Name of={batch.account_name} /> · <Name of={batch.author_name} /> · {dates.full(batch.send_at)}</Text>
      <Text size="sm">{say("progress", figures)}</Text>
      <People id={batch.id} key={`${batch.state} ${batch.sent}`} />
      {(batch.state === "waiting" || batch.state === "sending") && (
        <Group mt="xs"><Button variant="default" size="xs" onClick={cancel} loading={isBusy} data-testid="cancel-batch">{say("cancel")}</Button></Group>
      )}
    </Card>
  );
}

/** Who got it, and who did not and why; the first of many. */
function People(props: { id: string }) {
  const { say, sayAny } = usePhrases(textWords);
  const list = useList<BatchItem>(`/api/text-batches/${props.id}/items`, (item) => item.number);
  return (
    <Stack gap={2} mt={6}>
      {list.items.slice(0, 50).map((item) => (
        <Text key={item.number} size="xs" c={item.state === "failed" || item.delivery === "failed" ? "red.8" : "dimmed"}>
          <Name of={item.customer_name} /> · {item.delivery ? say(`state.${item.delivery}`) : say(`item.${item.state}`)}
          {item.reason ? ` · ${sayAny("left", item.reason, item.reason)}` : ""}
        </Text>
      ))}
    </Stack>
  );
}
