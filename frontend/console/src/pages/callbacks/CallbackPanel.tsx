import { Anchor, Button, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPhoneOff } from "@tabler/icons-react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DateTimeField } from "../../kit/DateField";
import { useEditor } from "../../kit/editor";
import { ChoiceField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { List } from "../../kit/list";
import { useCommand, useFeed } from "../../live/context";
import { pathTo } from "../../shell/route";
import { Name } from "../work/Name";
import { clockThere, stillWaits, type Callback } from "./callback";
import { words } from "./words";

interface PanelProps {
  callback: Callback;
  list: List<Callback>;
  reload: () => void;
}

/** One promise: how far it is, and what can still be changed of it. */
export function CallbackPanel(props: PanelProps) {
  const { callback } = props;
  const { say, sayAny } = usePhrases(words);
  const { number } = useSpeech();
  const dates = useDates();
  const { me } = useFeed();
  return (
    <Stack>
      <div data-testid="callback" data-state={callback.state}>
        <Text size="sm">{say("number")}: <bdi dir="ltr">{callback.number}</bdi></Text>
        <Text size="sm">{say("state")}: {say(`state.${callback.state}`)}{callback.reason ? ` · ${sayAny("reason", callback.reason, callback.reason)}` : ""}</Text>
        <Text size="sm">{say("attempts")}: {number(callback.attempts)}</Text>
        {callback.next_try_at && <Text size="sm">{say("when")}: {dates.full(callback.next_try_at)}</Text>}
        <There moment={callback.next_try_at} callback={callback} />
        <Text size="sm">{say("promised")}: {dates.full(callback.created_at)}</Text>
        {callback.note && <Text size="sm" mt="xs" dir="auto">{callback.note}</Text>}
      </div>
      <Anchor size="sm" href={pathTo("customers", callback.customer_id)}>{say("to_customer")} <Name of={callback.customer_name} /></Anchor>
      {me.permissions.includes("callback.manage") && stillWaits(callback) && <Change {...props} />}
    </Stack>
  );
}

/** What the clock of the customer shows then. */
export function There(props: { moment: string | null; callback: Pick<Callback, "zone"> }) {
  const { say } = usePhrases(words);
  const { locale } = useSpeech();
  const there = clockThere(props.moment, props.callback.zone, locale);
  return there && <Text size="sm" c="dimmed" data-testid="callback-there">{say("there", { time: there, zone: props.callback.zone ?? "" })}</Text>;
}

function Change(props: PanelProps) {
  const { callback, list } = props;
  const { say } = usePhrases(words);
  const { queues, agents } = useFeed();
  const { isBusy, run } = useCommand();
  const options = (all: { id: string; name: string }[]) => all.map(({ id, name }) => ({ value: id, label: name }));
  const begun = { at: callback.next_try_at, queue_id: callback.queue_id, agent_id: callback.agent_id };
  const editor = useEditor(begun, async (values) => {
    const changed = {
      version: callback.version,
      at: values.at === begun.at ? null : values.at,
      queue_id: values.queue_id === begun.queue_id ? null : values.queue_id,
      agent_id: values.agent_id === begun.agent_id ? null : values.agent_id,
    };
    list.put(await call<Callback>("PATCH", `/api/callbacks/${callback.id}`, changed));
  });
  const { values, set, fault } = editor;
  const cancel = async () => {
    if (!(await run(async () => list.put(await call<Callback>("POST", `/api/callbacks/${callback.id}/cancel`))))) return;
    notifications.show({ color: "teal", message: say("cancelled") });
    await list.reload();
  };
  return (
    <>
      <Form editor={editor} reload={props.reload} submit={say("move")}>
        <DateTimeField label={say("at")} value={values.at} set={(at) => set({ at })} error={fault("at")} testid="callback-at" />
        <There moment={values.at} callback={callback} />
        <ChoiceField label={say("queue")} value={values.queue_id} set={(queue_id) => queue_id && set({ queue_id })} options={options(queues)} error={fault("queue_id")} testid="callback-queue" />
        <ChoiceField label={say("agent")} hint={say("agent_hint")} value={values.agent_id} set={(agent_id) => agent_id && set({ agent_id })} options={options(agents)} error={fault("agent_id")} testid="callback-agent" />
      </Form>
      <Button variant="default" color="red" leftSection={<IconPhoneOff size={18} aria-hidden />} loading={isBusy} onClick={() => void cancel()} style={{ alignSelf: "flex-start" }} data-testid="callback-off">{say("call_off")}</Button>
    </>
  );
}
