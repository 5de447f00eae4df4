/* SPDX-License-Identifier: Apache-2.0 */
/* Names of container images: [registry[:port]/]path[:tag][@digest]. */
#ifndef VALIDATE_CONVENTIONS_IMAGE_REFERENCE_H
#define VALIDATE_CONVENTIONS_IMAGE_REFERENCE_H

enum image_pinning {
  IMAGE_PINNED,   /* has a digest, or a tag other than latest */
  IMAGE_UNTAGGED, /* neither: means latest */
  IMAGE_LATEST,   /* its tag is latest */
};

/* What the reference says about the version that will run. */
enum image_pinning image_pinning_of(const char *reference);

#endif
