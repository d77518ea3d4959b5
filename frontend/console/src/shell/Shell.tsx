import { Center, Group, Image, Loader, Title } from "@mantine/core";
import { Activity, lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { savePreferences } from "../http/api";
import { useRegion, useSpeech } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { useView } from "../live/context";
import type { PageEntry } from "../pages/page";
import { pagesFor } from "../pages/registry";
import { PhoneChip } from "../phone/PhoneChip";
import { AccountMenu } from "./AccountMenu";
import { useAlerts } from "./alerts";
import { useArrival } from "./arrive";
import { Bell } from "./Bell";
import { HeaderSearch } from "./HeaderSearch";
import { useShellKeys } from "./keys";
import { useWhispers } from "../pages/work/whispers";
import { LinkBanner } from "./LinkBanner";
import { PagesMenu, Rail, SettingsList } from "./Navigation";
import { Offers } from "./Offers";
import { PageBorder } from "./PageBorder";
import { PresenceControl } from "./PresenceControl";
import { go, useRoute } from "./route";
import css from "./Shell.module.css";
import { ShortcutList } from "./ShortcutList";
import { useTitle } from "./title";
import { shellWords } from "./words";

const Palette = lazy(() => import("./Palette"));

/** Everything around the pages: name, pages, presence, account, the state of the connection and the offers. */
export function Shell(props: { leave: () => void }) {
  const { state } = useView();
  const { say, language } = useSpeech();
  const phrases = usePhrases(shellWords);
  const route = useRoute();
  useWhispers();
  useAlerts(state?.offers ?? []);
  const permissions = state?.me.permissions.join(" ");
  const isGuest = state?.me.is_guest ?? false;
  const pages = useMemo(() => {
    const found = pagesFor(permissions?.split(" ") ?? []);
    // What needs no permission is for colleagues; somebody from outside has rooms alone.
    return isGuest ? found.filter(({ permission }) => permission !== null) : found;
  }, [permissions, isGuest]);
  const current = pages.find(({ path }) => path === route[0]) ?? pages[0];
  const left = useLeftPages(current, route);
  const unread = Object.values(state?.work ?? {}).reduce((sum, { interaction }) => sum + interaction.unread, 0);
  const maySearch = pages.some(({ path }) => path === "search");
  const field = useRef<HTMLInputElement>(null);
  // The palette's code is fetched when it is first asked for, and stays.
  const [palette, setPalette] = useState<"never" | "open" | "closed">("never");
  const [isHelp, setHelp] = useState(false);
  const { setUsual } = useRegion();
  const organisation = state?.organisation;
  useEffect(() => {
    if (organisation) setUsual(organisation);
  }, [organisation, setUsual]);
  useTitle(current?.word[language], unread);
  useArrival(current?.path);
  useShellKeys(pages, {
    palette: () => setPalette("open"),
    help: () => setHelp(true),
    search: maySearch ? () => (field.current?.offsetParent ? field.current.focus() : go("search")) : null,
  });
  if (!state) {
    return (
      <Center h="100dvh">
        <LinkBanner />
        <Loader aria-label={say("app.loading")} />
      </Center>
    );
  }
  const navigation = { pages, current, unread, placeOf: ({ path }: PageEntry) => left[path] ?? [] };
  return (
    <div className={css.shell}>
      <a className={css.skip} href="#page" onClick={(event) => { event.preventDefault(); document.getElementById("page")?.focus(); }}>
        {phrases.say("skip")}
      </a>
      <header className={css.header}>
        <Group gap="xs" wrap="nowrap">
          <PagesMenu {...navigation} />
          <Image src={state.organisation.logo || `${import.meta.env.BASE_URL}icon.svg`} alt="" w={28} h={28} fit="contain" />
          <Title order={1} fz={18} visibleFrom="xs">
            <bdi>{state.organisation.name || say("app.name")}</bdi>
          </Title>
        </Group>
        {maySearch && <HeaderSearch field={field} />}
        <Group gap="xs" wrap="nowrap">
          <PhoneChip />
          <Bell />
          {!state.me.is_guest && <PresenceControl presence={state.presence} />}
          <AccountMenu me={state.me} save={savePreferences} leave={props.leave} showShortcuts={() => setHelp(true)} />
        </Group>
      </header>
      <LinkBanner />
      <Offers offers={state.offers} />
      <div className={css.body} data-deep={route[0] === "work" && route.length > 1}>
        <Rail {...navigation} />
        <SettingsList {...navigation} />
        <main className={css.main} id="page" tabIndex={-1}>
          {pages.filter(({ path }) => path in left).map((page) => (
            <Activity key={page.path} mode={page === current ? "visible" : "hidden"}>
              <PageBorder>
                <Suspense fallback={<Center h="100%"><Loader aria-label={say("app.loading")} /></Center>}>
                  <page.component rest={left[page.path] ?? []} />
                </Suspense>
              </PageBorder>
            </Activity>
          ))}
        </main>
      </div>
      <ShortcutList isOpen={isHelp} close={() => setHelp(false)} />
      {palette !== "never" && (
        <Suspense fallback={null}>
          <Palette pages={pages} isOpen={palette === "open"} close={() => setPalette("closed")} />
        </Suspense>
      )}
    </div>
  );
}

/** Where each page was left. A page stays as it was while another is shown: a form half filled in outlives an offer. */
function useLeftPages(current: PageEntry | undefined, route: string[]): Record<string, string[]> {
  const [left, setLeft] = useState<Record<string, string[]>>({});
  const isOwn = current !== undefined && route[0] === current.path;
  const rest = isOwn ? route.slice(1) : [];
  const known = current && left[current.path];
  if (current && known?.join("/") !== rest.join("/")) {
    const next = { ...left, [current.path]: rest };
    setLeft(next);
    return next;
  }
  return left;
}
