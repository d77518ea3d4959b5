import { Button, Group, Stack, Text } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { usePhrases } from "../../i18n/phrases";
import { languages, type Language } from "../../i18n/words";
import { ChoiceField, ManyField, TextField } from "../../kit/fields";
import kitCss from "../../kit/Kit.module.css";
import { Repeated } from "../../kit/Repeated";
import type { Texts } from "../../kit/Said";
import { deeds, freshAction, raised, withPlaceholder, type Action, type Catalogue, type Deed, type Settable, type Told } from "./automation";
import { fieldKey, type Choices } from "./choices";
import { partWords } from "./partWords";
import { ValueField } from "./ValueField";
import { words } from "./words";

interface ActionsProps {
  value: Action[];
  set: (value: Action[]) => void;
  catalogue: Catalogue;
  choices: Choices;
  fault: (name: string) => string | undefined;
}

/** What is done, one after the other. */
export function ActionFields(props: ActionsProps) {
  const { value, set } = props;
  const { say } = usePhrases(words);
  const keys = props.choices.setup.fields.map(({ key }) => key);
  const replace = (at: number, action: Action) => set(value.map((each, other) => (other === at ? action : each)));
  return (
    <Stack gap="xs">
      <div>
        <Text size="sm" fw={600}>{say("actions")}</Text>
        <Text size="xs" c="dimmed">{say("actions_hint")}</Text>
      </div>
      <Repeated<Action> items={value} set={set} add={say("add_action")} nameOf={(action) => say(`do.${action.do}`)} testid="action" fresh={() => ({ do: "raise_priority" })}>
        {(action, _, at) => (
          <>
            <Group align="end" wrap="nowrap">
              <div style={{ flex: 1 }}>
                <ChoiceField label={say("action_n", { n: at + 1 })} value={action.do} set={(next) => next && replace(at, freshAction(next as Deed, keys))} options={deeds.filter((each) => each !== "set_field" || keys.length > 0).map((each) => ({ value: each, label: say(`do.${each}`) }))} testid="action-do" />
              </div>
              {at > 0 && <Button size="xs" variant="subtle" leftSection={<IconArrowUp size={14} aria-hidden />} onClick={() => set(raised(value, at))}>{say("sooner")}</Button>}
            </Group>
            <OneAction {...props} action={action} put={(next) => replace(at, next)} />
            {props.fault(`actions.${at}`) && <Text size="xs" c="red" role="alert" data-testid="action-fault">{props.fault(`actions.${at}`)}</Text>}
          </>
        )}
      </Repeated>
      {props.fault("actions") && <Text size="xs" c="red" role="alert">{props.fault("actions")}</Text>}
    </Stack>
  );
}

function OneAction(props: ActionsProps & { action: Action; put: (action: Action) => void }) {
  const { action, put, catalogue, choices } = props;
  const { say } = usePhrases(words);
  const { sayAny } = usePhrases(partWords);
  switch (action.do) {
    case "raise_priority":
      return <Text size="xs" c="dimmed">{say("raise_hint")}</Text>;
    case "add_check":
      return <TextField label={say("check")} value={action.text} set={(text) => put({ ...action, text })} testid="action-text" />;
    case "set": {
      const shape = catalogue.settable.find(({ what }) => what === action.what)?.shape ?? "text";
      const fresh = (what: Settable): Action => ({ ...action, what, value: what === "is_confidential" ? true : what === "priority" ? "high" : null });
      const isNone = action.what !== "status_id" && action.what !== "priority";
      return (
        <div className={kitCss.pair}>
          <ChoiceField label={say("what")} value={action.what} set={(next) => next && put(fresh(next as Settable))} options={catalogue.settable.map(({ what }) => ({ value: what, label: sayAny("fact", what, what) }))} testid="action-what" />
          <ValueField label={say("value")} shape={shape} value={action.value} set={(next) => put({ ...action, value: next as string | boolean | null })} choices={choices} {...(isNone ? { none: say("nothing") } : {})} testid="action-value" />
        </div>
      );
    }
    case "set_field": {
      const fact = catalogue.facts.find(({ name }) => name === `fields.${action.key}`);
      const isMany = choices.setup.fields.find(({ key }) => key === action.key)?.type === "choices";
      const own = catalogue.facts.filter(({ name }) => name.startsWith("fields."));
      return (
        <div className={kitCss.pair}>
          <ChoiceField label={say("what")} value={action.key} set={(key) => key && put({ ...action, key, value: null })} options={own.map((each) => ({ value: fieldKey(each.name), label: choices.factName(each) }))} testid="action-field" />
          <ValueField label={say("value")} shape={fact?.shape ?? "text"} field={action.key} isMany={isMany} value={action.value} set={(value) => put({ ...action, value })} choices={choices} none={say("nothing")} testid="action-value" />
        </div>
      );
    }
    case "notify":
      return (
        <>
          <ChoiceField label={say("to")} value={action.to} set={(to) => to && put({ ...action, to: to as Told })} options={catalogue.told.map((each) => ({ value: each, label: say(`to.${each}`) }))} testid="action-to" />
          {action.to === "people" && <ManyField label={say("people")} value={action.people} set={(people) => put({ ...action, people })} options={choices.of("agent") ?? []} testid="action-people" />}
          <TextField label={say("notice")} value={action.text} set={(text) => put({ ...action, text })} rows={2} testid="action-text" />
        </>
      );
    case "tell_customer":
      return <MessageFields texts={action.texts} set={(texts) => put({ ...action, texts })} placeholders={catalogue.placeholders} />;
  }
}

/** A message in three languages; a placeholder is put where the text ends. */
function MessageFields(props: { texts: Texts; set: (texts: Texts) => void; placeholders: string[] }) {
  const { texts, set } = props;
  const { say } = usePhrases(words);
  const { sayAny } = usePhrases(partWords);
  return (
    <Stack gap="xs">
      <Text size="xs" c="dimmed">{say("message_hint")}</Text>
      {(Object.keys(languages) as Language[]).map((language) => (
        <div key={language} lang={language}>
          <TextField label={say("message", { language: languages[language].name })} value={texts[language] ?? ""} set={(text) => set({ ...texts, [language]: text })} rows={2} testid={`action-text-${language}`} />
          <Group gap={4} mt={4} role="group" aria-label={say("placeholders")}>
            {props.placeholders.map((name) => (
              <Button key={name} size="compact-xs" variant="default" fw={400} lang={undefined} title={`{${name}}`} onClick={() => set({ ...texts, [language]: withPlaceholder(texts[language] ?? "", name) })} data-testid="placeholder" data-name={name}>{sayAny("placeholder", name, name)}</Button>
            ))}
          </Group>
        </div>
      ))}
    </Stack>
  );
}
