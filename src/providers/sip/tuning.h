/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/tuning.h
 * Times that no setting changes. Tests make them short before they open a provider, which copies
 * them.
 */
#ifndef FX_SIP_TUNING_H
#define FX_SIP_TUNING_H

#include <stdint.h>

struct fx_sip_tuning {
	uint32_t ring_ms;          /**< between two rings of a call that comes in: 4000 */
	uint32_t ring_max_ms;      /**< then it is refused: 180000 */
	uint32_t ced_ms;           /**< called: when our CED is over and T.38 is asked for: 3200 */
	uint32_t audio_silence_ms; /**< without any RTP the far end is gone: 30000 */
	uint32_t person_ms;        /**< without CNG, CED or V.21 it is a person: 40000 */
	uint32_t t38_silence_ms;   /**< without any UDPTL after a change: 6000 */
	uint32_t linger_ms;        /**< caller: from the end of T.30 to BYE: 150 */
	uint32_t bye_ms;           /**< called: waits that long for their BYE: 1500 */
	uint32_t hangup_ms;        /**< a hang-up of ours is polite that long: 3000 */
};
extern struct fx_sip_tuning fx_sip_tuning;

#endif
