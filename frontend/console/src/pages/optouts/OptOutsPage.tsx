import { Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { useEditor } from "../../kit/editor";
import { ChoiceField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { Frame } from "../../kit/Frame";
import { byId, useList, type List } from "../../kit/list";
import type { Iso } from "../../protocol";
import { go } from "../../shell/route";
import { words } from "./words";

const reasons = ["asked", "regulator", "staff"] as const;
interface Listed {
  number: string;
  reason: "asked" | "stop_word" | "regulator" | "staff";
  note: string;
  added_at: Iso;
  account_id: string | null;
  account_name: string | null;
}
interface Consent {
  id: string;
  purpose: "marketing" | "service";
  given_at: Iso;
  source: string;
  proof: string;
  revoked_at: Iso | null;
}
const byNumber = ({ number, account_id }: Listed) => (account_id ? `${number}~${account_id}` : number);

/** Numbers that opted out, and what somebody has agreed to. */
export function OptOutsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const dates = useDates();
  const [search, setSearch] = useState("");
  const [asked] = useDebouncedValue(search.trim(), 250);
  const list = useList<Listed>(`/api/do-not-call${asked === "" ? "" : `?search=${encodeURIComponent(asked)}`}`, byNumber);
  const chosen = props.rest[0];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["do-not-call", "new"] }}
      search={{ value: search, set: setSearch, hint: say("search") }}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={list} idOf={byNumber} back={["do-not-call"]} newTitle={say("add")} titleOf={({ number }) => <bdi dir="ltr">{number}</bdi>}>
            {(listed, { key, reload }) => (listed ? <ListedPanel key={key} listed={listed} list={list} reload={reload} /> : <NewListed key={key} list={list} reload={reload} />)}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={list}
        rows={list.items}
        idOf={byNumber}
        chosen={chosen}
        to={(listed) => ["do-not-call", byNumber(listed)]}
        isSearched={asked !== ""}
        columns={[
          { key: "number", title: say("number"), cell: ({ number }) => <bdi dir="ltr">{number}</bdi> },
          { key: "reason", title: say("reason"), cell: ({ reason }) => say(`reason.${reason}`) },
          { key: "scope", title: say("scope"), cell: ({ account_name }) => (account_name ? say("only_of", { account: account_name }) : say("everything")) },
          { key: "since", title: say("since"), cell: ({ added_at }) => dates.brief(added_at), isExtra: true },
        ]}
      />
    </Frame>
  );
}

function ListedPanel(props: { listed: Listed; list: List<Listed>; reload: () => void }) {
  const { listed, list } = props;
  const { say } = usePhrases(words);
  const dates = useDates();
  const consents = useList<Consent>(`/api/consents?number=${encodeURIComponent(listed.number)}`, byId);
  const editor = useEditor({ note: "" }, async (values) => {
    await call("POST", `/api/do-not-call/${encodeURIComponent(listed.number)}/remove`, values);
    await list.reload();
    go("do-not-call");
  });
  return (
    <Stack>
      <Text size="sm">{say("reason")}: {say(`reason.${listed.reason}`)} · {dates.full(listed.added_at)}</Text>
      {listed.note && <Text size="sm" dir="auto">{listed.note}</Text>}
      <Text fw={600} size="sm">{say("consents")}</Text>
      {consents.items.length === 0 && <Text size="sm" c="dimmed">{say("no_consents")}</Text>}
      {consents.items.map((each) => (
        <Text key={each.id} size="sm">
          {say(`purpose.${each.purpose}`)} · {dates.brief(each.given_at)} · <bdi>{each.source}</bdi>{each.revoked_at ? ` · ${say("revoked")}` : ""}
        </Text>
      ))}
      <Form editor={editor} reload={props.reload} submit={say("remove")}>
        <TextField label={say("why")} value={editor.values.note} set={(note) => editor.set({ note })} error={editor.fault("note")} isRequired testid="remove-why" />
      </Form>
    </Stack>
  );
}

function NewListed(props: { list: List<Listed>; reload: () => void }) {
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const editor = useEditor({ numbers: "", reason: "asked" as string, note: "" }, async (values) => {
    const numbers = values.numbers.split(/[\n,;]+/).map((each) => each.trim()).filter((each) => each !== "");
    const found = await call<{ added: number; known: number; refused: string[] }>("POST", "/api/do-not-call/import", { ...values, numbers });
    notifications.show({ color: "teal", message: say("added", { added: number(found.added), known: number(found.known) }) });
    if (found.refused.length > 0) notifications.show({ color: "yellow", message: say("not_numbers", { list: found.refused.slice(0, 5).join(" ") }) });
    await props.list.reload();
    go("do-not-call");
  });
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={props.reload} submit={say("add")}>
      <TextField label={say("numbers")} rows={6} value={values.numbers} set={(numbers) => set({ numbers })} error={fault("numbers")} isCode isRequired testid="listed-numbers" />
      <ChoiceField label={say("reason")} value={values.reason} set={(reason) => reason && set({ reason })} options={reasons.map((value) => ({ value, label: say(`reason.${value}`) }))} testid="listed-reason" />
      <TextField label={say("note")} value={values.note} set={(note) => set({ note })} error={fault("note")} testid="listed-note" />
    </Form>
  );
}
