import { Center, Group, Image, Loader, Title } from "@mantine/core";
import { Activity, Suspense, useMemo, useState } from "react";
import { savePreferences } from "../http/api";
import { useSpeech } from "../i18n/context";
import { useView } from "../live/context";
import type { PageEntry } from "../pages/page";
import { pagesFor } from "../pages/registry";
import { AccountMenu } from "./AccountMenu";
import { useAlerts } from "./alerts";
import { Bell } from "./Bell";
import { LinkBanner } from "./LinkBanner";
import { PagesMenu, Rail, SettingsList } from "./Navigation";
import { Offers } from "./Offers";
import { PageBorder } from "./PageBorder";
import { PresenceControl } from "./PresenceControl";
import { useRoute } from "./route";
import css from "./Shell.module.css";

/** Everything around the pages: name, pages, presence, account, the state of the connection and the offers. */
export function Shell(props: { leave: () => void }) {
  const { state } = useView();
  const { say } = useSpeech();
  const route = useRoute();
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
  if (!state) {
    return (
      <Center h="100dvh">
        <LinkBanner />
        <Loader aria-label={say("app.loading")} />
      </Center>
    );
  }
  const unread = Object.values(state.work).reduce((sum, { interaction }) => sum + interaction.unread, 0);
  const navigation = { pages, current, unread, placeOf: ({ path }: PageEntry) => left[path] ?? [] };
  return (
    <div className={css.shell}>
      <header className={css.header}>
        <Group gap="xs" wrap="nowrap">
          <PagesMenu {...navigation} />
          <Image src={`${import.meta.env.BASE_URL}icon.svg`} alt="" w={28} h={28} />
          <Title order={1} fz={18} visibleFrom="xs">
            {say("app.name")}
          </Title>
        </Group>
        <Group gap="xs" wrap="nowrap">
          <Bell />
          {!state.me.is_guest && <PresenceControl presence={state.presence} />}
          <AccountMenu me={state.me} save={savePreferences} leave={props.leave} />
        </Group>
      </header>
      <LinkBanner />
      <Offers offers={state.offers} />
      <div className={css.body}>
        <Rail {...navigation} />
        <SettingsList {...navigation} />
        <main className={css.main}>
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
