import { call } from "../../http/api";
import type { Branch, Queue, Skill } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { BranchField } from "../../kit/BranchField";
import { useEditor } from "../../kit/editor";
import { ChoiceField, LevelsField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import css from "../../kit/Kit.module.css";
import type { List } from "../../kit/list";
import { permissionWords } from "../../kit/permissions";
import { kitWords } from "../../kit/words";
import { go } from "../../shell/route";
import { useFeed } from "../../live/context";
import { words } from "./words";

const orders = ["reserve", "best", "fair"] as const;

/** What the server takes for a queue of which nothing was said. */
const usual: Omit<Queue, "id"> = {
  name: "",
  branch_id: null,
  skills: {},
  permission: "work.take",
  trust: 0,
  target_seconds: 60,
  offer_timeout_seconds: 30,
  wrap_up_seconds: 0,
  steps: [],
  channels: null,
  offer_mode: "offer",
  wrap_up_mode: "timed",
  idle_clock: "all",
  goal_percent: 80,
  hours: null,
  overflow: [],
  order_by: "reserve",
  is_active: true,
  version: 0,
};

interface QueueFormProps {
  queue: Queue | null;
  queues: List<Queue>;
  skills: Skill[];
  branches: Branch[];
  reload: () => void;
}

export function QueueForm(props: QueueFormProps) {
  const { queue, queues } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { sayAny } = usePhrases(permissionWords);
  const { me } = useFeed();
  const { id: _, ...present } = queue ?? { id: "", ...usual };
  const editor = useEditor(present as Omit<Queue, "id">, async ({ version, ...values }) => {
    const saved = queue
      ? await call<Queue>("PUT", `/api/queues/${queue.id}`, { ...values, version })
      : await call<Queue>("POST", "/api/queues", values);
    queues.put(saved);
    if (!queue) go("queues", saved.id);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  const seconds = say("seconds");
  // A number that is missing is sent as it is: the server says which field lacks it.
  const number = (name: "trust" | "target_seconds" | "offer_timeout_seconds" | "wrap_up_seconds") => ({
    value: values[name],
    set: (value: number | null) => set({ [name]: value } as Partial<Queue>),
    error: fault(name),
  });
  const permissions = [...new Set(["work.take", values.permission, ...me.permissions])];
  return (
    <Form editor={editor} reload={props.reload}>
      <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="field-name" />
      <LevelsField label={say("skills")} hint={say("skills_hint")} value={values.skills} set={(skills) => set({ skills })} skills={props.skills} error={fault("skills")} />
      <div className={css.pair}>
        <NumberField label={say("target")} suffix={seconds} min={1} {...number("target_seconds")} testid="field-target" />
        <NumberField label={say("timeout")} suffix={seconds} min={1} {...number("offer_timeout_seconds")} testid="field-timeout" />
        <NumberField label={say("wrap_up")} suffix={seconds} min={0} {...number("wrap_up_seconds")} testid="field-wrap-up" />
      </div>
      <ChoiceField
        label={say("order")}
        value={values.order_by}
        set={(order) => order && set({ order_by: order as Queue["order_by"] })}
        options={orders.map((order) => ({ value: order, label: say(`order.${order}`) }))}
        error={fault("order_by")}
        testid="field-order"
      />
      <NumberField label={say("trust")} hint={say("trust_hint")} min={0} max={10} {...number("trust")} testid="field-trust" />
      <ChoiceField
        label={say("permission")}
        hint={say("permission_hint")}
        value={values.permission}
        set={(permission) => permission && set({ permission })}
        options={permissions.map((permission) => ({ value: permission, label: sayAny("permission", permission, permission) }))}
        error={fault("permission")}
        testid="field-permission"
      />
      <BranchField branches={props.branches} value={values.branch_id} set={(branch_id) => set({ branch_id })} error={fault("branch_id")} />
      <SwitchField label={say("is_active")} value={values.is_active} set={(is_active) => set({ is_active })} testid="field-active" />
    </Form>
  );
}
