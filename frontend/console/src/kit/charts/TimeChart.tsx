import { useDirection } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useSpeech } from "../../i18n/context";
import css from "./Charts.module.css";
import { Legend } from "./Legend";
import { labelsShown, placed, ticksTo, type Series } from "./scale";

interface TimeChartProps {
  label: string;
  /** What each place of time is called. */
  times: string[];
  columns: Series[];
  lines?: Series[];
  /** A value in words. */
  text?: (value: number) => string;
}

const [height, top, foot, side] = [260, 12, 26, 44];
const [usualWidth, labelWidth] = [840, 96];

/** Columns and lines over time, which runs in the direction of reading. The same figures are in a table beside it. */
export function TimeChart(props: TimeChartProps) {
  const { times, columns, lines = [] } = props;
  const { number } = useSpeech();
  const isRtl = useDirection().dir === "rtl";
  // As wide as its place, so that letters keep their size on a phone.
  const { ref, width: measured } = useElementSize();
  const width = measured || usualWidth;
  const text = props.text ?? number;
  const ticks = ticksTo(Math.max(0, ...[...columns, ...lines].flatMap(({ values }) => values)));
  const greatest = ticks.at(-1) ?? 1;
  const y = (value: number) => top + (height - top - foot) * (1 - value / greatest);
  const slot = (width - side) / Math.max(1, times.length);
  const bar = Math.min(28, (slot * 0.76) / Math.max(1, columns.length));
  const middle = (index: number) => placed(side + (index + 0.5) * slot, width, isRtl);
  const shown = labelsShown(times.length, Math.floor((width - side) / labelWidth));
  return (
    <figure className={css.chart} ref={ref} data-testid="chart">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={props.label} className={css.svg}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={placed(side, width, isRtl)} x2={placed(width, width, isRtl)} y1={y(tick)} y2={y(tick)} className={css.grid} />
            <text x={placed(side - 6, width, isRtl)} y={y(tick) + 4} textAnchor={isRtl ? "start" : "end"} className={css.tick}>{text(tick)}</text>
          </g>
        ))}
        {times.map((time, index) => (
          <g key={index} data-testid="chart-time">
            {columns.map((each, place) => {
              const value = each.values[index] ?? 0;
              const at = side + (index + 0.5) * slot + (place - columns.length / 2) * bar;
              const x = isRtl ? width - at - bar : at;
              return <rect key={each.key} x={x + 0.5} y={y(value)} width={Math.max(0.5, bar - 1)} height={Math.max(0, y(0) - y(value))} rx={Math.min(3, bar / 4)} fill={each.color}><title>{`${time} · ${each.name}: ${text(value)}`}</title></rect>;
            })}
            {shown.has(index) && <text x={middle(index)} y={height - 8} textAnchor="middle" className={css.tick}>{time}</text>}
          </g>
        ))}
        {lines.map((each) => (
          <g key={each.key}>
            <polyline points={each.values.map((value, index) => `${middle(index)},${y(value)}`).join(" ")} fill="none" stroke={each.color} strokeWidth={2.5} strokeLinejoin="round" strokeLinecap="round" />
            {each.values.map((value, index) => <circle key={index} cx={middle(index)} cy={y(value)} r={times.length > 40 ? 1.5 : 3} fill={each.color}><title>{`${times[index]} · ${each.name}: ${text(value)}`}</title></circle>)}
          </g>
        ))}
      </svg>
      <Legend series={[...columns, ...lines]} />
    </figure>
  );
}
