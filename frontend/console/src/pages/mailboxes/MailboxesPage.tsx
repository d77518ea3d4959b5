import { Alert, Anchor, Badge, Stack, Text } from "@mantine/core";
import { useEffect } from "react";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import type { Id, Iso } from "../../protocol";
import { pathTo } from "../../shell/route";
import { trialWords } from "../channels/trialWords";
import { Name } from "../work/Name";
import css from "./Mailboxes.module.css";
import { words } from "./words";

interface Mailbox {
  id: Id;
  name: string;
  address: string;
  state: "off" | "waiting" | "working" | "behind" | "silent" | "failing";
  is_fetched: boolean;
  cursor: { uidvalidity: number; uid: number; owed: number[] } | null;
  last_sync_at: Iso | null;
  failing_since: Iso | null;
  last_error: string | null;
  last_error_at: Iso | null;
  fault: string;
  sending_failing_since: Iso | null;
  sending_error: string | null;
  sending_fault: string;
  lag_seconds: number;
  seen: number;
  stored: number;
  refused: number;
  quarantined: number;
  waiting: number;
  difference: number;
}

const everyMs = 5_000;
const colours = { off: "gray", waiting: "gray", working: "teal", behind: "yellow", silent: "yellow", failing: "red" } as const;
const counters = ["seen", "stored", "refused", "quarantined", "waiting"] as const;

/** How each mailbox fares, read anew every few seconds while somebody looks. */
export function MailboxesPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const dates = useDates();
  const mailboxes = useList<Mailbox>("/api/mailboxes", byId);
  const { reload } = mailboxes;
  useEffect(() => {
    const timer = window.setInterval(() => document.visibilityState === "visible" && void reload(), everyMs);
    return () => window.clearInterval(timer);
  }, [reload]);
  const chosen = props.rest[0];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={mailboxes} idOf={byId} back={["mailboxes"]} titleOf={({ name }) => <Name of={name} />}>
            {(mailbox) => mailbox && <Health mailbox={mailbox} />}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={mailboxes}
        rows={mailboxes.items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["mailboxes", id]}
        isOff={({ state }) => state === "off"}
        columns={[
          { key: "name", title: say("mailbox"), cell: ({ name }) => <Name of={name} /> },
          { key: "state", title: say("state"), cell: (mailbox) => <State mailbox={mailbox} /> },
          { key: "sync", title: say("last_sync"), cell: ({ last_sync_at }) => (last_sync_at === null ? "–" : dates.full(last_sync_at)), isExtra: true },
          { key: "seen", title: say("count.seen"), cell: ({ seen }) => number(seen), isExtra: true },
          { key: "quarantined", title: say("count.quarantined"), cell: ({ quarantined }) => number(quarantined), isExtra: true },
        ]}
      />
    </Frame>
  );
}

function State(props: { mailbox: Mailbox }) {
  const { state, difference } = props.mailbox;
  const { say } = usePhrases(words);
  return (
    <span data-testid="mailbox-state" data-state={state}>
      <Badge color={colours[state]} variant="light" tt="none" c="var(--mantine-color-text)">{say(`state.${state}`)}</Badge>{" "}
      {difference !== 0 && <Badge color="red" variant="filled" tt="none" data-testid="differs">{say("differs")}</Badge>}
    </span>
  );
}

function Health(props: { mailbox: Mailbox }) {
  const { mailbox } = props;
  const { say } = usePhrases(words);
  const { sayAny } = usePhrases(trialWords);
  const { number } = useSpeech();
  const dates = useDates();
  return (
    <Stack data-testid="mailbox">
      <Text size="sm"><bdi dir="ltr">{mailbox.address}</bdi></Text>
      <State mailbox={mailbox} />
      <Text size="sm" c="dimmed">{say(`about.${mailbox.state}`)}</Text>
      {mailbox.last_error !== null && (
        <Alert color="red" title={mailbox.failing_since === null ? say("trouble") : say("trouble_since", { time: dates.full(mailbox.failing_since) })} data-testid="mailbox-trouble" data-fault={mailbox.fault}>
          <Text size="sm">{sayAny("fault", mailbox.fault, "")}</Text>
          <Text size="xs" dir="auto" style={{ overflowWrap: "anywhere" }}>{mailbox.last_error}</Text>
          <Anchor size="sm" href={pathTo("channels", mailbox.id)}>{say("to_settings")}</Anchor>
        </Alert>
      )}
      {mailbox.sending_error !== null && (
        <Alert color="red" title={mailbox.sending_failing_since === null ? say("sending_trouble") : say("sending_trouble_since", { time: dates.full(mailbox.sending_failing_since) })} data-testid="sending-trouble" data-fault={mailbox.sending_fault}>
          <Text size="sm">{sayAny("fault", mailbox.sending_fault, "")}</Text>
          <Text size="xs" dir="auto" style={{ overflowWrap: "anywhere" }}>{mailbox.sending_error}</Text>
          <Anchor size="sm" href={pathTo("channels", mailbox.id)}>{say("to_settings")}</Anchor>
        </Alert>
      )}
      <dl className={css.facts}>
        {(mailbox.is_fetched || mailbox.last_sync_at !== null) && (
          <Fact name={say("last_sync")} value={mailbox.last_sync_at === null ? say("never") : dates.full(mailbox.last_sync_at)} />
        )}
        <Fact name={say("lag")} value={mailbox.lag_seconds < 1 ? say("none") : dates.duration(mailbox.lag_seconds)} />
        {mailbox.is_fetched && mailbox.cursor && (
          <>
            <Fact name="UIDVALIDITY" value={String(mailbox.cursor.uidvalidity)} />
            <Fact name={say("uid")} value={String(mailbox.cursor.uid)} />
          </>
        )}
        {!mailbox.is_fetched && <Fact name={say("way")} value={say("way_listener")} />}
      </dl>
      <div>
        <Text size="sm" fw={600} mb={4}>{say("counts")}</Text>
        <dl className={css.facts} data-testid="mailbox-counts">
          {counters.map((name) => <Fact key={name} name={say(`count.${name}`)} value={number(mailbox[name])} />)}
        </dl>
        {mailbox.difference === 0 ? (
          <Text size="xs" c="dimmed" mt={4}>{say("agrees")}</Text>
        ) : (
          <Alert color="red" mt={4}>{say("differs_by", { n: number(mailbox.difference) })}</Alert>
        )}
        {mailbox.quarantined > 0 && <Anchor size="sm" href={pathTo("quarantine")}>{say("to_quarantine")}</Anchor>}
      </div>
    </Stack>
  );
}

function Fact(props: { name: string; value: string }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd><bdi>{props.value}</bdi></dd>
    </>
  );
}
