import { ActionIcon, Alert, Anchor, Button, Group, SegmentedControl, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { call, Problem } from "../../http/api";
import type { CustomerRecord } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useCommand, useProblemText } from "../../live/context";
import type { Identity } from "../../protocol";
import { pathTo } from "../../shell/route";
import { BounceMark } from "../work/around/AroundPanel";
import type { Bounce } from "../work/around/around";
import workCss from "../work/CustomerPanel.module.css";
import { detailWords } from "./detailWords";
import { words } from "./words";

const kinds = ["email", "phone"] as const;

interface IdentitiesProps {
  customer: CustomerRecord;
  put: (customer: CustomerRecord) => void;
  mayWrite: boolean;
}

/** The addresses and numbers that find a customer. */
export function Identities(props: IdentitiesProps) {
  const { customer } = props;
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const bounces = useList<Bounce>(`/api/customers/${customer.id}/bounces`, ({ address }) => address);
  return (
    <section>
      <Title order={3} fz="sm" mb={6}>{say("identities")}</Title>
      <Stack gap={6} data-testid="identities">
        {customer.identities.map(({ kind, value, label }) => (
          <div key={kind + value} className={workCss.identity} data-testid="identity">
            <Text size="xs" c="dimmed">{speech.sayAny("identity", kind, kind)}{label !== "" && <> · <bdi>{label}</bdi></>}</Text>
            {kind !== "visitor" && (
              <Group gap={4} wrap="nowrap">
                <Text size="sm"><bdi dir="ltr">{value}</bdi></Text>
                {props.mayWrite && <RemoveIdentity customer={customer} put={props.put} identity={{ kind, value }} />}
              </Group>
            )}
          </div>
        ))}
        {bounces.items.map((bounce) => (
          <div key={bounce.address}>
            <Text size="sm"><bdi dir="ltr">{bounce.address}</bdi></Text>
            <BounceMark bounce={bounce} path={`/api/customers/${customer.id}/bounces/clear`} cleared={() => void bounces.reload()} />
          </div>
        ))}
        {props.mayWrite && <AddIdentity customer={customer} put={props.put} />}
      </Stack>
    </section>
  );
}

function RemoveIdentity(props: Omit<IdentitiesProps, "mayWrite"> & { identity: Identity }) {
  const { customer, put, identity } = props;
  const kit = usePhrases(kitWords);
  const { isBusy, run } = useCommand();
  const remove = () => run(async () => put(await call<CustomerRecord>("POST", `/api/customers/${customer.id}/identities/removal`, identity)));
  return (
    <ActionIcon variant="subtle" color="gray" loading={isBusy} onClick={() => void remove()} aria-label={kit.say("remove", { name: identity.value })} data-testid="identity-remove">
      <IconX size={16} />
    </ActionIcon>
  );
}

function AddIdentity(props: Omit<IdentitiesProps, "mayWrite">) {
  const { customer, put } = props;
  const { say } = usePhrases(words);
  const detail = usePhrases(detailWords);
  const textOf = useProblemText();
  const [kind, setKind] = useState<string>("phone");
  const [value, setValue] = useState("");
  const [label, setLabel] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const owner = problem instanceof Problem ? problem.extra.customer_id : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      put(await call<CustomerRecord>("POST", `/api/customers/${customer.id}/identities`, { kind, value: value.trim(), label: label.trim() }));
      setValue("");
      setLabel("");
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap={6}>
        <Group gap={6} wrap="wrap">
          <SegmentedControl size="xs" value={kind} onChange={setKind} data={kinds.map((each) => ({ value: each, label: say(each) }))} aria-label={say("identity")} />
          <TextInput
            flex="1 1 140px"
            aria-label={say("identity")}
            placeholder={say("identity")}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
            dir={value === "" ? undefined : "ltr"}
            error={problem !== null && owner === undefined ? textOf(problem) : undefined}
            data-testid="identity-value"
          />
          <TextInput flex="1 1 110px" aria-label={detail.say("label")} placeholder={detail.say("label")} value={label} onChange={(event) => setLabel(event.currentTarget.value)} dir={label === "" ? undefined : "auto"} maxLength={40} data-testid="identity-label" />
          <Button type="submit" variant="default" loading={isBusy} disabled={value.trim() === ""} data-testid="identity-add">{say("add_identity")}</Button>
        </Group>
        {owner !== undefined && (
          <Alert color="yellow" role="alert">
            {say("taken")} <Anchor href={pathTo("customers", owner)}>{say("taken_open")}</Anchor>
          </Alert>
        )}
      </Stack>
    </form>
  );
}
