import { Loader, Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { languages, type Language } from "../../i18n/words";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { go } from "../../shell/route";
import { choicesOf, order, type Article, type Category } from "./article";
import css from "./Knowledge.module.css";
import { words } from "./words";

const ArticleBox = lazy(() => import("./ArticleBox"));

/** All languages side by side; one without a title is not there. */
export function ArticleEditor(props: { article: Article | null; categories: Category[]; changed: () => void; reload: () => void }) {
  const { article } = props;
  const { say } = usePhrases(words);
  const { language } = useSpeech();
  const blank = { title: "", html: "" };
  const texts = Object.fromEntries(order.map((each) => [each, article?.texts[each] ?? blank])) as Record<Language, { title: string; html: string }>;
  const initial = { texts, category_id: article?.category_id ?? null, is_public: article?.is_public ?? false, position: (article?.position ?? 0) as number | null, version: article?.version ?? 0 };
  const editor = useEditor(initial, async ({ version, ...values }) => {
    const said = Object.fromEntries(order.filter((each) => values.texts[each].title.trim() !== "").map((each) => [each, { title: values.texts[each].title, html: values.texts[each].html }]));
    const body = { ...values, position: values.position ?? 0, texts: said };
    const saved = article ? await call<Article>("PUT", `/api/articles/${article.id}`, { ...body, version }) : await call<Article>("POST", "/api/articles", body);
    props.changed();
    go("knowledge", saved.id);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  const write = (each: Language, part: Partial<{ title: string; html: string }>) => set({ texts: { ...values.texts, [each]: { ...values.texts[each], ...part } } });
  // The reader's own language first.
  const shown = [language, ...order.filter((each) => each !== language)];
  return (
    <Form editor={editor} reload={props.reload}>
      <div className={css.languages}>
        {shown.map((each) => (
          <section key={each} className={css.language} lang={each} aria-label={languages[each].name}>
            <TextField label={say("article_title", { language: languages[each].name })} value={values.texts[each].title} set={(title) => write(each, { title })} error={fault(`texts.${each}.title`)} testid={`title-${each}`} />
            <Suspense fallback={<Loader size="sm" />}>
              <ArticleBox language={each} html={texts[each].html} set={(html) => write(each, { html })} />
            </Suspense>
          </section>
        ))}
      </div>
      {fault("texts") && <Text c="red" size="sm" role="alert">{fault("texts")}</Text>}
      <Text size="sm" c="dimmed">{say("texts_hint")}</Text>
      <ChoiceField label={say("category")} value={values.category_id} set={(category_id) => set({ category_id })} options={choicesOf(props.categories, language)} isClearable error={fault("category_id")} testid="field-category" />
      <SwitchField label={say("is_public")} hint={say("is_public_hint")} value={values.is_public} set={(is_public) => set({ is_public })} testid="field-public" />
      <NumberField label={say("position")} hint={say("position_hint")} min={0} max={10_000} value={values.position} set={(position) => set({ position })} error={fault("position")} testid="field-position" />
    </Form>
  );
}
