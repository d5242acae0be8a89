/* bundle_names.h - what is in a folder that bundle= writes; also for the front end, which checks one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_BUNDLE_NAMES_H
#define SIANTO_BUNDLE_NAMES_H

#define BUNDLE_CAPTURE "capture.pcapng"
#define BUNDLE_STATS "statistics.json"
#define BUNDLE_REPORT "report.html"
#define BUNDLE_SHEET "DATASHEET.md"
/* "HEX  NAME\n" of the others, in the order of BUNDLE_SUMMED: what sha256sum -c reads. */
#define BUNDLE_SUMS "SHA256SUMS"

/* In ASCII order. */
#define BUNDLE_SUMMED {BUNDLE_SHEET, BUNDLE_CAPTURE, BUNDLE_REPORT, BUNDLE_STATS}
#define BUNDLE_N_SUMMED 4

#endif
