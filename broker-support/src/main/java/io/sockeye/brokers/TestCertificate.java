/*
 * Copyright 2026 the Sockeye authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.sockeye.brokers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Objects;
import javax.net.ssl.TrustManagerFactory;

/** A certificate for localhost and 127.0.0.1 that nobody trusts by himself. */
public final class TestCertificate {
  private TestCertificate() {}

  /** Writes {@code certificate.pem} and {@code key.pem} into a directory. */
  public static void write(Path directory) throws IOException {
    for (String name : new String[] {"certificate.pem", "key.pem"}) {
      try (InputStream in = open(name)) {
        Files.write(directory.resolve(name), in.readAllBytes());
      }
    }
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(TestCertificate.class.getResourceAsStream(name), name);
  }

  /** Returns what trusts it. */
  public static TrustManagerFactory trust() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    try (InputStream in = open("certificate.pem")) {
      store.setCertificateEntry(
          "broker", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust;
  }
}
