import { Alert } from "@mantine/core";
import { call } from "../../http/api";
import type { Branch } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { languages, type Language } from "../../i18n/words";
import { BranchField } from "../../kit/BranchField";
import { useEditor } from "../../kit/editor";
import { ChoiceField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { List } from "../../kit/list";
import { useFeed } from "../../live/context";
import { go } from "../../shell/route";
import type { Answer } from "../work/answers";
import { PlaceholderHint, TextPreview } from "./TextPreview";
import { words } from "./words";

interface AnswerFormProps {
  answer: Answer | null;
  answers: List<Answer>;
  branches: Branch[];
  reload: () => void;
}

const order = ["en", "ar", "fa"] as const;
const channels = ["email", "webchat", "sms", "telegram", "portal"] as const;

export function AnswerForm(props: AnswerFormProps) {
  const { answer, answers } = props;
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const { me, queues } = useFeed();
  const mayShare = me.permissions.includes("answer.manage");
  const present = {
    title: answer?.title ?? "",
    shortcut: answer?.shortcut ?? "",
    scope: answer?.scope ?? (mayShare ? ("all" as const) : ("personal" as const)),
    branch_id: answer?.branch_id ?? null,
    texts: answer?.texts ?? {},
    queue_id: answer?.queue_id ?? null,
    channel: answer?.channel ?? null,
    is_active: answer?.is_active ?? true,
    version: answer?.version ?? 0,
  };
  const editor = useEditor(present, async ({ version, ...values }) => {
    const texts = Object.fromEntries(Object.entries(values.texts).filter(([, text]) => text.trim() !== ""));
    const body = { ...values, texts, branch_id: values.scope === "branch" ? values.branch_id : null };
    const saved = answer
      ? await call<Answer>("PUT", `/api/answers/${answer.id}`, { ...body, version })
      : await call<Answer>("POST", "/api/answers", body);
    answers.put(saved);
    if (!answer) go("answers", saved.id);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  const isTheirs = answer !== null && answer.scope !== "personal" && !mayShare;
  const scopes = mayShare ? (["all", "branch", "personal"] as const) : isTheirs ? [answer.scope] : (["personal"] as const);
  const text = (language: Language) => (
    <TextField
      key={language}
      label={say("text", { language: languages[language].name })}
      value={values.texts[language] ?? ""}
      set={(next) => set({ texts: { ...values.texts, [language]: next } })}
      error={fault(`texts.${language}`)}
      rows={3}
      isDisabled={isTheirs}
      testid={`field-text-${language}`}
    />
  );
  return (
    <Form editor={editor} reload={props.reload} isFixed={isTheirs}>
      {isTheirs && <Alert color="blue">{say("theirs")}</Alert>}
      <TextField label={say("name")} value={values.title} set={(title) => set({ title })} error={fault("title")} isRequired isDisabled={isTheirs} testid="field-title" />
      <TextField label={say("shortcut")} hint={say("shortcut_hint")} value={values.shortcut} set={(shortcut) => set({ shortcut })} error={fault("shortcut")} isRequired isDisabled={isTheirs} testid="field-shortcut" />
      <ChoiceField
        label={say("scope")}
        value={values.scope}
        set={(scope) => scope && set({ scope: scope as Answer["scope"] })}
        options={scopes.map((scope) => ({ value: scope, label: say(`scope.${scope}`) }))}
        error={fault("scope")}
        isDisabled={isTheirs}
        testid="field-scope"
      />
      {values.scope === "branch" && <BranchField branches={props.branches} value={values.branch_id} set={(branch_id) => set({ branch_id })} error={fault("branch_id")} />}
      {order.map(text)}
      <PlaceholderHint />
      <TextPreview texts={values.texts} queueId={values.queue_id} />
      <ChoiceField
        label={say("queue")}
        hint={say("queue_hint")}
        value={values.queue_id}
        set={(queue_id) => set({ queue_id })}
        options={queues.map(({ id, name }) => ({ value: id, label: name }))}
        error={fault("queue_id")}
        isDisabled={isTheirs}
        isClearable
        testid="field-queue"
      />
      <ChoiceField
        label={say("channel")}
        hint={say("channel_hint")}
        value={values.channel}
        set={(channel) => set({ channel })}
        options={channels.map((channel) => ({ value: channel, label: speech.say(`channel.${channel}`) }))}
        error={fault("channel")}
        isDisabled={isTheirs}
        isClearable
        testid="field-channel"
      />
      {fault("texts") && <Alert color="red" role="alert">{fault("texts")}</Alert>}
      <SwitchField label={say("is_active")} value={values.is_active} set={(is_active) => set({ is_active })} isDisabled={isTheirs} testid="field-active" />
    </Form>
  );
}
