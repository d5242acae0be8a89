/* Draws the report's charts from its data (sianto-stats.schema.json) with dygraphs.
 *
 * The page is complete without it: each chart has its numbers in a table. Names from a capture get into the
 * page as text only (textContent), and into dygraphs not at all.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
(function () {
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);
const servers = [data].concat(data.by_server.map(s => Object.assign({what_if: []}, s)));
const POINTS = 2000;       // more are not to be seen
const CLOSE_BEFORE = 10;   // seconds of a close-up before the storm
const CLOSE_MIN = 60, CLOSE_MAX = 900;
const charts = [];         // {graph, plot, colors, sync ...}: what follows the colour scheme, and the time axis

// Axes and grid only: the others write styles that the page's policy forbids.
Dygraph.PLUGINS = [Dygraph.Plugins.Axes, Dygraph.Plugins.Grid];

function color(name) {
    return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
}

/* --- numbers and times -------------------------------------------------------------------------------- */

const group = new Intl.NumberFormat('en-US', {maximumFractionDigits: 1});
const startMs = data.start_utc ? Date.parse(data.start_utc) : null;

function two(n) {
    return (n < 10 ? '0' : '') + n;
}

function clock(s, seconds) {
    if (startMs === null)
        return group.format(s) + ' s';
    const t = new Date(startMs + s * 1000);
    return two(t.getUTCHours()) + ':' + two(t.getUTCMinutes()) + (seconds ? ':' + two(t.getUTCSeconds()) : '');
}

function day(s) {
    return new Date(startMs + s * 1000).toISOString().slice(5, 10);
}

function since(s) {
    const sign = s < 0 ? '\u2212' : '', t = Math.abs(Math.round(s));
    return t < 120 ? sign + t + ' s' : sign + Math.floor(t / 60) + ':' + two(t % 60) + ' min';
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];

/* Round times of the clock, or round distances from 0. */
function timeTicks(from, to, pixels, label, offset) {
    const least = (to - from) * 72 / Math.max(pixels, 72);
    const step = STEPS.find(s => s >= least) || 86400;
    const ticks = [];
    for (let v = Math.ceil((from + offset) / step) * step - offset; v <= to; v += step)
        ticks.push({v: v, label: label(v, step)});
    return ticks;
}

function clockTicks(from, to, pixels) {
    const offset = startMs === null ? 0 : (startMs / 1000) % 86400;
    return timeTicks(from, to, pixels, (v, step) => step >= 86400 ? day(v) : clock(v, step < 60), offset);
}

function sinceTicks(from, to, pixels) {
    return timeTicks(from, to, pixels, v => since(v), 0);
}

/* --- rows --------------------------------------------------------------------------------------------- */

/* Seconds as [second, value, ...]; where there are more than can be seen, the highest of several in a row:
 * a peak of one second must not get lost. Finer between `from` and `to`. */
function sample(columns, n, from, to) {
    const coarse = Math.max(1, Math.ceil(n / POINTS)), fine = Math.max(1, Math.ceil((to - from) / POINTS));
    const rows = [];
    for (let s = 0; s < n;) {
        const step = s < from ? Math.min(coarse, from - s) : s < to ? fine : coarse, end = Math.min(s + step, n);
        rows.push([s].concat(columns.map(column => {
            let highest = null;
            for (let i = s; i < end; i++)
                highest = column.length > i ? Math.max(highest, column[i]) : highest;
            return highest;
        })));
        s = end;
    }
    return rows;
}

/* --- around the charts -------------------------------------------------------------------------------- */

function element(tag, className, text) {
    const e = document.createElement(tag);
    e.className = className || '';
    if (text !== undefined)
        e.textContent = text;
    return e;
}

/* One line for each series; its value at the pointer stands behind it. */
function makeLegend(plot, series) {
    const list = element('ul', 'legend');
    const outputs = series.map(s => {
        const item = element('li'), swatch = element('span', 'swatch ' + s.css), output = element('output');
        item.append(swatch, s.name + ' ', output);
        list.append(item);
        return output;
    });
    plot.before(list);
    return outputs;
}

function makeReadout(plot) {
    const p = element('p', 'readout');
    plot.after(p);
    return p;
}

function makeTools(plot, buttons) {
    const tools = element('div', 'tools');
    for (const b of buttons) {
        const button = element('button', '', b.text);
        button.type = 'button';
        if (b.title) {
            button.title = b.title;
            button.setAttribute('aria-label', b.title);
        }
        button.addEventListener('click', b.run);
        tools.append(button);
    }
    plot.before(tools);
}

function canHover() {
    return window.matchMedia('(hover: hover) and (pointer: fine)').matches;
}

/* A finger on a chart scrolls the page, as everywhere on it; the buttons zoom. */
function interaction() {
    const model = Object.assign({}, Dygraph.defaultInteractionModel);
    delete model.touchstart;
    delete model.touchmove;
    delete model.touchend;
    return model;
}

function shade(ctx, graph, area, from, to, fill) {
    const left = Math.max(graph.toDomXCoord(from), area.x);
    const right = Math.min(graph.toDomXCoord(to), area.x + area.w);
    if (right <= left)
        return null;
    ctx.fillStyle = fill;
    ctx.fillRect(left, area.y, right - left, area.h);
    return {left: left, width: right - left};
}

function drawText(ctx, text, x, y, align) {
    ctx.fillStyle = color('soft');
    ctx.font = '12px system-ui, "DejaVu Sans", sans-serif';
    ctx.textAlign = align || 'left';
    ctx.fillText(text, x, y);
}

function drawPhases(server) {
    return function (ctx, area, graph) {
        ctx.save();
        for (const phase of server.phases) {
            const end = phase.end_s === null ? server.series.total.length : phase.end_s;
            const box = shade(ctx, graph, area, phase.start_s, end, color(phase.kind));
            ctx.font = '12px system-ui, "DejaVu Sans", sans-serif';
            if (box && ctx.measureText(phase.kind).width + 8 < box.width)
                drawText(ctx, phase.kind, box.left + 4, area.y + 13);
        }
        ctx.restore();
    };
}

/* --- zoom --------------------------------------------------------------------------------------------- */

/* Charts with the same time axis move together. */
function setWindow(chart, from, to) {
    const moved = chart.sync ? charts.filter(c => c.sync === chart.sync) : [chart];
    for (const c of moved) {
        const [least, most] = c.bounds, options = {dateWindow: [Math.max(from, least), Math.min(to, most)]};
        if (c.refine)
            options.file = c.refine(options.dateWindow[0], options.dateWindow[1]);
        c.graph.updateOptions(options);
    }
}

function zoomBy(chart, factor) {
    const [from, to] = chart.graph.xAxisRange();
    const middle = (from + to) / 2, half = Math.max((to - from) * factor / 2, 5);
    setWindow(chart, middle - half, middle + half);
}

function moveBy(chart, part) {
    const [from, to] = chart.graph.xAxisRange(), [least, most] = chart.bounds, width = to - from;
    const start = Math.min(Math.max(from + part * width, least), Math.max(most - width, least));
    setWindow(chart, start, start + width);
}

function zoomTools(chart, places) {
    const all = {text: 'All', title: 'Show all', run: () => setWindow(chart, chart.bounds[0], chart.bounds[1])};
    const jumps = places.map(p => ({text: p.text, run: () => setWindow(chart, p.from, p.to)}));
    return [all].concat(jumps, [
        {text: '+', title: 'Zoom in', run: () => zoomBy(chart, 0.5)},
        {text: '\u2212', title: 'Zoom out', run: () => zoomBy(chart, 2)},
        {text: '\u2190', title: 'Earlier', run: () => moveBy(chart, -0.5)},
        {text: '\u2192', title: 'Later', run: () => moveBy(chart, 0.5)},
    ]);
}

/* Where one wants to look: each outage and each storm. */
function places(server) {
    const found = [];
    const storms = server.storms.length, outages = server.phases.filter(p => p.kind === 'outage');
    outages.slice(0, 3).forEach((p, i) => {
        const margin = Math.max(30, (p.end_s - p.start_s) / 10);
        found.push({text: 'Outage' + (outages.length > 1 ? ' ' + (i + 1) : ''), from: p.start_s - margin,
                    to: p.end_s + margin});
    });
    server.storms.slice(0, 3).forEach((s, i) => {
        const end = s.end_s === null ? s.start_s + CLOSE_MIN : s.end_s;
        found.push({text: 'Storm' + (storms > 1 ? ' ' + (i + 1) : ''), from: s.start_s - CLOSE_BEFORE,
                    to: end + 30});
    });
    return found;
}

/* --- a chart ------------------------------------------------------------------------------------------ */

/* what: {series: [{name, css, color}], rows, bounds, window, ticks, at, options, places, sync, refine} */
function draw(plot, what) {
    const outputs = makeLegend(plot, what.series);
    const readout = makeReadout(plot);
    const chart = {plot: plot, bounds: what.bounds, sync: what.sync, refine: what.refine,
                   colors: what.series.map(s => s.color)};
    const rest = canHover() ? 'Drag over a part to zoom, double-click to see all.' : '';
    makeTools(plot, zoomTools(chart, what.places || []));
    readout.textContent = rest;
    const options = Object.assign({
        labels: ['x'].concat(what.series.map(s => s.key || s.name)),
        colors: chart.colors.map(color),
        gridLineColor: color('line'),
        axisLineColor: color('line'),
        gridLineWidth: 1,
        strokeWidth: 1.4,
        highlightCircleSize: 3,
        animatedZooms: false,
        includeZero: true,
        dateWindow: what.window || what.bounds,
        interactionModel: interaction(),
        axes: {
            x: {ticker: (a, b, pixels) => what.ticks(a, b, pixels), axisLabelWidth: 64},
            y: {axisLabelFormatter: v => group.format(v), axisLabelWidth: 46},
        },
        axisLabelFontSize: 12,
        highlightCallback: (event, x, points) => {
            readout.textContent = what.at(x);
            what.series.forEach((s, i) => {
                const point = points.find(p => p.name === (s.key || s.name));
                outputs[i].textContent = point && !what.marks ? group.format(point.yval) : '';
            });
        },
        unhighlightCallback: () => {
            readout.textContent = rest;
            outputs.forEach(o => { o.textContent = ''; });
        },
        zoomCallback: (from, to) => setWindow(chart, from, to),
    }, what.options);
    chart.graph = new Dygraph(plot, what.rows, options);
    charts.push(chart);
}

const SERIES = {
    total: {name: 'all messages a second', css: 'total', color: 'total'},
    register: {name: 'REGISTER requests a second', css: 'register', color: 'register'},
    error: {name: '5xx answers a second', css: 'error', color: 'error'},
    registered: {name: 'registered clients', css: 'registered', color: 'registered'},
};

/* Seconds of the whole capture. */
function drawColumns(plot, server, columns, series) {
    const n = server.series.total.length;
    draw(plot, {
        series: series,
        rows: sample(columns, n, 0, 0),
        refine: n > POINTS ? (from, to) => sample(columns, n, Math.floor(from), Math.ceil(to)) : null,
        bounds: [0, Math.max(n - 1, 1)],
        ticks: clockTicks,
        at: x => clock(x, true) + (startMs === null ? '' : ' UTC'),
        places: places(server),
        sync: server,
        options: {underlayCallback: drawPhases(server)},
    });
}

function drawTraffic(plot, server) {
    drawColumns(plot, server, [server.series.total, server.series.register], [SERIES.total, SERIES.register]);
}

function drawRegistered(plot, server) {
    drawColumns(plot, server, [server.series.registered], [SERIES.registered]);
}

/* --- attempts of typical clients ---------------------------------------------------------------------- */

function drawMark(graph, name, ctx, x, y, stroke) {
    ctx.strokeStyle = stroke;
    ctx.lineWidth = 1.4;
    ctx.beginPath();
    ctx.moveTo(x, y - 9);
    ctx.lineTo(x, y + 9);
    ctx.stroke();
}

function attemptRows(patterns) {
    const at = new Map();
    patterns.forEach((p, i) => {
        for (const s of p.typical.attempts_s) {
            const row = at.get(s) || [s].concat(patterns.map(() => null));
            row[i + 1] = patterns.length - i;
            at.set(s, row);
        }
    });
    return Array.from(at.values()).sort((a, b) => a[0] - b[0]);
}

function letter(i) {
    return String.fromCharCode(65 + i);
}

function drawAttempts(plot, server) {
    const colors = ['one', 'two', 'three', 'error', 'soft'];
    const patterns = server.retry.patterns, n = patterns.length;
    draw(plot, {
        series: patterns.map((p, i) => ({
            key: letter(i),
            name: letter(i) + ': ' + plot.dataset['kind' + i] + ', ' + p.typical.client,
            css: colors[i % 5],
            color: colors[i % 5],
        })),
        rows: attemptRows(patterns),
        bounds: [0, Math.max(server.series.total.length - 1, 1)],
        ticks: clockTicks,
        at: x => clock(x, true) + (startMs === null ? '' : ' UTC'),
        places: places(server),
        sync: server,
        marks: true,
        options: {
            strokeWidth: 0,
            drawPoints: true,
            pointSize: 9,
            drawPointCallback: drawMark,
            drawHighlightPointCallback: drawMark,
            valueRange: [0.4, n + 0.9],
            underlayCallback: drawPhases(server),
            axes: {
                x: {ticker: (a, b, pixels) => clockTicks(a, b, pixels), axisLabelWidth: 64},
                y: {ticker: () => patterns.map((p, i) => ({v: n - i, label: letter(i)})), axisLabelWidth: 16},
            },
        },
    });
}

/* --- a storm ------------------------------------------------------------------------------------------ */

function closeUpEnd(storm, start, n) {
    const peaks = storm.secondary_spikes.map(p => p.at_s - start + 10);
    const end = storm.end_s === null ? 120 : storm.end_s - start + 20;
    return Math.min(Math.max(CLOSE_MIN, end, ...peaks), CLOSE_MAX, n - 1 - start);
}

function drawPeaks(storm, start) {
    const spikes = storm.secondary_spikes.map((p, i) => ({x: p.at_s - start, pps: p.pps, text: String(i + 1)}));
    const echoes = storm.echoes.map((p, i) => ({x: p.at_s - start, pps: p.pps, text: 'E' + (i + 1)}));
    return function (ctx, area, graph) {
        ctx.save();
        const end = storm.end_s === null ? graph.xAxisExtremes()[1] : storm.end_s - start;
        shade(ctx, graph, area, 0, end, color('storm'));
        for (const p of spikes.concat(echoes)) {
            const x = graph.toDomXCoord(p.x), y = graph.toDomYCoord(p.pps);
            if (x < area.x || x > area.x + area.w)
                continue;
            ctx.strokeStyle = color('soft');
            ctx.setLineDash([3, 3]);
            ctx.beginPath();
            ctx.moveTo(x, area.y + 18);
            ctx.lineTo(x, y);
            ctx.stroke();
            drawText(ctx, p.text, x, area.y + 14, 'center');
        }
        ctx.restore();
    };
}

function drawStorm(plot, server, index) {
    const storm = server.storms[index], series = server.series, n = series.total.length;
    const start = Math.floor(storm.start_s), first = Math.max(start - CLOSE_BEFORE, 0);
    const end = closeUpEnd(storm, start, n);
    const far = Math.min(n - 1, start + 7200), rows = [];
    for (let s = first; s <= far; s++)
        rows.push([s - start, series.total[s], series.register[s], series.status_5xx[s]]);
    draw(plot, {
        series: [SERIES.total, SERIES.register, SERIES.error],
        rows: rows,
        bounds: [first - start, Math.max(far - start, 1)],
        window: [first - start, Math.max(end, 1)],
        places: [{text: 'Storm', from: first - start, to: end}],
        ticks: sinceTicks,
        at: x => since(x) + ' after the server was back (' + clock(start + x, true) + ')',
        options: {stepPlot: true, underlayCallback: drawPeaks(storm, start), strokeWidth: 1.7},
    });
}

/* --- what if ------------------------------------------------------------------------------------------ */

/* What happened, as far as it can be compared: clients registered above those that still were when the storm
 * began; where many still were, what the quantiles of the time to come back tell. */
function actualCurve(plot, server, start, n) {
    const registered = server.series.registered, still = registered[start] || 0;
    const points = JSON.parse(plot.dataset.back);
    if (registered.length && still * 10 <= points[points.length - 1][1])
        return Array.from({length: n}, (_, i) => start + i < registered.length ?
                          Math.max(registered[start + i] - still, 0) : null);
    const line = new Array(n).fill(null);
    for (let i = 0, k = 0; i < n; i++) {
        while (k + 1 < points.length && points[k + 1][0] <= i)
            k++;
        const [x, y] = points[k], next = points[k + 1];
        line[i] = next ? y + (next[1] - y) * (i - x) / (next[0] - x) : y;
    }
    return line;
}

/* A simulation ends when all are back: so they stay. */
function extended(curve, n) {
    return curve.concat(new Array(n - curve.length).fill(curve.length ? curve[curve.length - 1] : 0));
}

function drawWhatIf(plot, server, index) {
    const first = Number(plot.dataset.first), count = Number(plot.dataset.count);
    const cases = server.what_if.slice(first, first + count), colors = ['one', 'two', 'three'];
    const n = Math.max(...cases.map(w => w.curve.registered.length), 2);
    const start = Math.floor(cases[0].curve.start_s);
    const actual = actualCurve(plot, server, start, n);
    const columns = [actual].concat(cases.map(w => extended(w.curve.registered, n)));
    const useful = Math.max(CLOSE_MIN, ...cases.map(w => w.to_95_s === null ? n : w.to_95_s * 1.3));
    draw(plot, {
        series: [{name: 'what happened', css: 'ink', color: 'ink'}].concat(cases.map((w, i) => (
            {key: 'case ' + i, name: plot.dataset['case' + i], css: colors[i % 3], color: colors[i % 3]}))),
        rows: sample(columns, n, 0, n),
        bounds: [0, n - 1],
        window: [0, Math.min(Math.max(useful, 2), n - 1)],
        places: [{text: 'First 2 min', from: 0, to: 120}],
        ticks: sinceTicks,
        at: x => since(x) + ' after the server was back',
        options: {series: {'what happened': {strokeWidth: 2.6}}},
    });
}

/* --- all of them -------------------------------------------------------------------------------------- */

const DRAW = {traffic: drawTraffic, registered: drawRegistered, attempts: drawAttempts, storm: drawStorm,
              whatif: drawWhatIf};

/* Once, and only where it can be seen: a chart of no width is none. */
function drawIn(top) {
    for (const plot of top.querySelectorAll('.plot:not([data-drawn])')) {
        if (!plot.offsetWidth)
            continue;
        plot.dataset.drawn = '';
        DRAW[plot.dataset.chart](plot, servers[Number(plot.dataset.server)], Number(plot.dataset.index));
    }
}

function recolor() {
    for (const c of charts)
        c.graph.updateOptions({colors: c.colors.map(color), gridLineColor: color('line'),
                               axisLineColor: color('line')});
}

function picture(canvas) {
    const img = element('img');
    img.decoding = 'sync';
    img.alt = '';
    img.width = canvas.clientWidth;
    img.height = canvas.clientHeight;
    img.src = canvas.toDataURL();
    return img;
}

/* Paper is white, and narrower. What is drawn on a canvas while a page is printed goes to the printer stroke by
 * stroke, with clippings that are never undone: pictures of it do not. */
function print(printing) {
    document.documentElement.classList.toggle('printing', printing);
    recolor();
    for (const c of charts) {
        c.graph.resize();
        if (printing)
            c.plot.append(picture(c.plot.querySelector('canvas')));
        else
            c.plot.querySelectorAll('img').forEach(img => img.remove());
    }
}

for (const details of document.querySelectorAll('details'))
    details.addEventListener('toggle', () => drawIn(details));
window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolor);
window.addEventListener('beforeprint', () => print(true));
window.addEventListener('afterprint', () => print(false));
drawIn(document);
document.documentElement.dataset.ready = String(charts.length);
}());
