import { Alert, Button, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../../http/api";
import type { Queue, Skill } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { offeredLanguages, type Language } from "../../i18n/words";
import { useBranches } from "../../kit/branches";
import { BranchField } from "../../kit/BranchField";
import { useEditor } from "../../kit/editor";
import { ManyField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { byId, useList, type List } from "../../kit/list";
import { useTiers } from "../../kit/tiers";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import { go } from "../../shell/route";
import { useCalendars } from "../calendars/calendar";
import type { Sound } from "../callsounds/sound";
import { freshFlow, type CallFlow } from "./flow";
import { StepTree } from "./StepCard";
import type { Choices } from "./StepFields";
import { Trial } from "./Trial";
import { Versions } from "./Versions";
import { words } from "./words";
import { isTelephone } from "../channels/kinds";

interface Account {
  id: string;
  kind: string;
  name: string;
}

interface FlowFormProps {
  flow: CallFlow | null;
  list: List<CallFlow>;
  reload: () => void;
}

/** A draft as nested cards, the numbers that it answers at, and what is published. */
export function FlowForm(props: FlowFormProps) {
  const { flow, list } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const speech = useSpeech();
  const { language } = speech;
  const { me } = useFeed();
  const branches = useBranches();
  const accounts = useList<Account>(me.permissions.includes("channel.manage") ? "/api/accounts" : null, byId);
  const choices: Choices = {
    queues: useList<Queue>("/api/queues", byId).items,
    calendars: useCalendars().items,
    tiers: useTiers().items,
    skills: useList<Skill>("/api/skills", byId).items,
    sounds: useList<Sound>("/api/call-sounds", byId).items,
  };
  const [isTried, setTried] = useState(false);
  const initial = {
    name: flow?.name ?? "",
    branch_id: flow?.branch_id ?? null,
    draft: flow?.draft ?? freshFlow(language),
    account_ids: flow?.account_ids ?? [],
    version: flow?.version ?? 0,
  };
  const editor = useEditor(initial, async ({ version, account_ids, ...values }) => {
    const saved = flow
      ? await call<CallFlow>("PUT", `/api/call-flows/${flow.id}`, { ...values, account_ids, version })
      : await call<CallFlow>("POST", "/api/call-flows", values);
    list.put(saved);
    if (!flow) go("callflows", saved.id);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  const { draft } = values;
  const telephones = accounts.items.filter(isTelephone).map(({ id, name }) => ({ value: id, label: name }));
  const problems = editor.isChanged ? [] : (flow?.problems ?? []);
  return (
    <Stack>
      <Form editor={editor} reload={props.reload}>
        <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="field-name" />
        {branches.items.length > 0 && <BranchField branches={branches.items} value={values.branch_id} set={(branch_id) => set({ branch_id })} error={fault("branch_id")} />}
        <ManyField label={say("languages")} hint={say("languages_hint")} value={draft.languages} set={(chosen) => chosen.length > 0 && set({ draft: { ...draft, languages: chosen as Language[] } })} options={offeredLanguages(undefined, language)} testid="flow-languages" />
        <SwitchField label={say("announces")} hint={say("announces_hint")} value={draft.announces_recording} set={(announces_recording) => set({ draft: { ...draft, announces_recording } })} testid="flow-announces" />
        {flow && telephones.length > 0 && <ManyField label={say("telephones")} hint={say("telephones_hint")} value={values.account_ids} set={(account_ids) => set({ account_ids })} options={telephones} error={fault("account_ids")} testid="flow-telephones" />}
        {problems.length > 0 && (
          <Alert color="yellow" title={say("faults", { count: problems.length })} data-testid="flow-problems">
            {problems.map((each) => <Text size="sm" key={`${each.step} ${each.fault} ${each.at}`}><bdi>{draft.steps.find(({ id }) => id === each.step)?.name || each.step}</bdi>: {say(`fault.${each.fault}` as "fault.empty")} {each.at && <bdi>({speech.keys(each.at)})</bdi>}</Text>)}
          </Alert>
        )}
        <StepTree flow={draft} set={(next) => set({ draft: next })} choices={choices} problems={problems} />
      </Form>
      <Button variant="default" onClick={() => setTried(!isTried)} aria-expanded={isTried} disabled={draft.steps.length === 0} data-testid="flow-trial">{say("trial")}</Button>
      {isTried && <Trial key={JSON.stringify(draft)} flow={draft} tiers={choices.tiers} sounds={choices.sounds} />}
      {flow && <Versions flow={flow} list={list} isChanged={editor.isChanged} reload={props.reload} />}
    </Stack>
  );
}
