import { Anchor, Badge, Button, FileInput, SegmentedControl, Stack, TagsInput, Text } from "@mantine/core";
import { useState } from "react";
import { call, Problem } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { useEditor } from "../../kit/editor";
import { ChoiceField, ManyField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { Frame } from "../../kit/Frame";
import { byId, useList, type List } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useCommand } from "../../live/context";
import { go } from "../../shell/route";
import type { Campaign } from "../campaigns/campaign";
import { Name } from "../work/Name";
import { headingsOf, keyOf, sendRows, type ContactList } from "./list";
import { words } from "./words";

const colors = { importing: "yellow", ready: "teal", failed: "red" } as const;

/** Lists of contacts; a new one comes from a file or from the customers. */
export function ListsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { number } = useSpeech();
  const list = useList<ContactList>("/api/lists", byId);
  const campaigns = useList<Campaign>("/api/campaigns", byId);
  const chosen = props.rest[0];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["lists", "new"] }}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={list} idOf={byId} back={["lists"]} newTitle={say("add")} titleOf={({ name }) => <Name of={name} />}>
            {(each, { key, reload }) =>
              each ? <ListPanel key={`${key} ${each.version}`} one={each} list={list} campaigns={campaigns.items} reload={reload} /> : <NewList key={key} list={list} campaigns={campaigns.items} reload={reload} />
            }
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={list}
        rows={list.items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["lists", id]}
        columns={[
          { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
          { key: "campaign", title: say("campaign"), cell: ({ campaign_name }) => <Name of={campaign_name ?? ""} /> },
          { key: "state", title: say("state"), cell: ({ state }) => <Badge variant="light" tt="none" color={colors[state]}>{say(`state.${state}`)}</Badge> },
          { key: "taken", title: say("taken"), cell: ({ taken_rows }) => number(taken_rows) },
          { key: "refused", title: say("refused"), cell: ({ refused_rows }) => number(refused_rows), isExtra: true },
          { key: "left", title: say("left"), cell: ({ progress }) => number(progress.ready + progress.live), isExtra: true },
        ]}
      />
    </Frame>
  );
}

const choices = (campaigns: Campaign[]) => campaigns.map(({ id, name }) => ({ value: id, label: name }));

function ListPanel(props: { one: ContactList; list: List<ContactList>; campaigns: Campaign[]; reload: () => void }) {
  const { one, list } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { number } = useSpeech();
  const { isBusy, run } = useCommand();
  const [file, setFile] = useState<File | null>(null);
  const begun = { name: one.name, campaign_id: one.campaign_id };
  const editor = useEditor(begun, async (values) => {
    list.put(await call<ContactList>("PUT", `/api/lists/${one.id}`, { ...values, version: one.version }));
  });
  const { values, set, fault } = editor;
  const more = () => void run(async () => list.put(await sendRows(one.id, file!)));
  return (
    <Stack>
      <Text size="sm" data-testid="list-rows">
        {say("taken")}: {number(one.taken_rows)} · {say("refused")}: {number(one.refused_rows)} · {say("done")}: {number(one.progress.done)}
      </Text>
      {one.problem && <Text size="sm" c="red">{say("problem")} <bdi>{one.problem}</bdi></Text>}
      {one.refused_rows > 0 && <Anchor size="sm" href={`/api/lists/${one.id}/errors`} download data-testid="list-errors">{say("errors")}</Anchor>}
      <Form editor={editor} reload={props.reload}>
        <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="list-name" />
        <ChoiceField label={say("campaign")} value={values.campaign_id} set={(campaign_id) => set({ campaign_id })} options={choices(props.campaigns)} isClearable error={fault("campaign_id")} testid="list-campaign" />
      </Form>
      {one.source !== "customers" && (
        <>
          <FileInput label={say("more")} description={say("file_hint")} accept=".csv,.txt,.xlsx" value={file} onChange={setFile} clearable data-testid="list-file" />
          {file && <Button loading={isBusy} onClick={more} style={{ alignSelf: "flex-start" }} data-testid="list-send">{say("more")}</Button>}
        </>
      )}
    </Stack>
  );
}

function NewList(props: { list: List<ContactList>; campaigns: Campaign[]; reload: () => void }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const [from, setFrom] = useState<"file" | "customers">("file");
  const [file, setFile] = useState<File | null>(null);
  const [headings, setHeadings] = useState<string[]>([]);
  const empty = {
    name: "", campaign_id: null as string | null, numbers: [] as string[], name_column: null as string | null, zone_column: null as string | null,
    postal_column: null as string | null, fields: [] as string[], region: "", duplicates: "list" as string, order: "list" as string, status: "any" as string,
  };
  const editor = useEditor(empty, async (values) => {
    const settings = {
      region: values.region.toUpperCase(), duplicates: values.duplicates, order: values.order,
      columns: from === "customers" ? null : {
        numbers: values.numbers, name: values.name_column ?? "", zone: values.zone_column ?? "", postal: values.postal_column ?? "",
        fields: Object.fromEntries(values.fields.map((heading, place) => [keyOf(heading, place), heading])),
      },
    };
    const body = { name: values.name, campaign_id: values.campaign_id, settings };
    if (from === "customers") {
      const segment = values.status === "any" ? {} : { status: values.status };
      const made = await call<ContactList>("POST", "/api/lists/customers", { ...body, segment });
      props.list.put(made);
      go("lists", made.id);
      return;
    }
    if (!file) throw new Problem(422, "urn:markaz:problem:invalid", say("no_file"));
    const made = await call<ContactList>("POST", "/api/lists", body);
    props.list.put(made);
    go("lists", made.id);
    props.list.put(await sendRows(made.id, file));
  });
  const { values, set, fault } = editor;
  const take = (chosen: File | null) => {
    setFile(chosen);
    if (chosen) void headingsOf(chosen).then(setHeadings);
  };
  const columns = headings.map((each) => ({ value: each, label: each }));
  const column = (name: "name_column" | "zone_column" | "postal_column") =>
    columns.length > 0 ? (
      <ChoiceField key={name} label={say(name)} value={values[name]} set={(value) => set({ [name]: value })} options={columns} isClearable testid={name} />
    ) : (
      <TextField key={name} label={say(name)} value={values[name] ?? ""} set={(value) => set({ [name]: value || null })} testid={name} />
    );
  const places = (name: "numbers" | "fields", hint?: string) =>
    columns.length > 0 ? (
      <ManyField label={say(name)} hint={hint} value={values[name]} set={(value) => set({ [name]: value })} options={columns} error={fault("columns")} testid={`column-${name}`} />
    ) : (
      <TagsInput label={say(name)} description={hint} value={values[name]} onChange={(value) => set({ [name]: value })} error={fault("columns")} data-testid={`column-${name}`} />
    );
  const options = (prefix: "duplicates" | "order" | "status", all: string[]) => all.map((value) => ({ value, label: say(`${prefix}.${value}` as "order.list") }));
  return (
    <Stack>
      <SegmentedControl aria-label={say("source")} value={from} onChange={(value) => setFrom(value as typeof from)} data={[{ value: "file", label: say("source.file") }, { value: "customers", label: say("source.customers") }]} data-testid="list-source" />
      <Form editor={editor} reload={props.reload} submit={say("make")}>
        <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="list-name" />
        <ChoiceField label={say("campaign")} value={values.campaign_id} set={(campaign_id) => set({ campaign_id })} options={choices(props.campaigns)} isClearable error={fault("campaign_id")} testid="list-campaign" />
        {from === "file" ? (
          <>
            <FileInput label={say("file")} description={say("file_hint")} accept=".csv,.txt,.xlsx" value={file} onChange={take} withAsterisk clearable data-testid="list-file" />
            {places("numbers")}
            {column("name_column")}
            {column("zone_column")}
            {column("postal_column")}
            {places("fields", say("fields_hint"))}
            <TextField label={say("region")} hint={say("region_hint")} value={values.region} set={(region) => set({ region })} error={fault("settings.region")} isCode testid="list-region" />
          </>
        ) : (
          <ChoiceField label={say("status")} value={values.status} set={(status) => status && set({ status })} options={options("status", ["any", "prospect", "active"])} testid="list-status" />
        )}
        <ChoiceField label={say("duplicates")} value={values.duplicates} set={(duplicates) => duplicates && set({ duplicates })} options={options("duplicates", ["list", "campaign", "system"])} testid="list-duplicates" />
        <ChoiceField label={say("order")} value={values.order} set={(order) => order && set({ order })} options={options("order", ["list", "newest", "random"])} testid="list-order" />
      </Form>
    </Stack>
  );
}
