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
package io.sockeye.engineio.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Certificates and keys from PEM files, for web servers that want them as the JDK has them. */
final class PemFiles {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN (ENCRYPTED )?PRIVATE KEY-----([^-]*)-----END");
  private static final List<String> KEY_TYPES = List.of("RSA", "EC", "EdDSA");

  private PemFiles() {}

  static SSLContext sslContext(WebServerOptions.Tls tls) throws IOException {
    Certificate[] chain = certificates(tls.certificateChain());
    PrivateKey key = privateKey(tls.privateKey(), tls.password());
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      char[] inMemoryOnly = new char[0];
      store.setKeyEntry("server", key, inMemoryOnly, chain);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, inMemoryOnly);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException failure) {
      throw new IOException(
          tls.certificateChain() + " and " + tls.privateKey() + ": " + failure.getMessage(),
          failure);
    }
  }

  private static Certificate[] certificates(Path file) throws IOException {
    try {
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
              .toArray(Certificate[]::new);
      if (chain.length == 0) {
        throw new IOException(file + ": no certificate (expected: PEM, the server's one first)");
      }
      return chain;
    } catch (GeneralSecurityException malformed) {
      throw new IOException(file + ": " + malformed.getMessage(), malformed);
    }
  }

  private static PrivateKey privateKey(Path file, @Nullable String password) throws IOException {
    Matcher pem = KEY.matcher(Files.readString(file, US_ASCII));
    if (!pem.find()) {
      throw new IOException(
          file
              + ": no private key in PKCS#8 form (expected: BEGIN PRIVATE KEY, or BEGIN ENCRYPTED"
              + " PRIVATE KEY)");
    }
    byte[] encoded = Base64.getMimeDecoder().decode(pem.group(2));
    try {
      PKCS8EncodedKeySpec plain =
          pem.group(1) == null
              ? new PKCS8EncodedKeySpec(encoded)
              : decrypt(file, encoded, password);
      for (String type : KEY_TYPES) {
        PrivateKey key = keyOfType(type, plain);
        if (key != null) {
          return key;
        }
      }
    } catch (GeneralSecurityException failure) {
      throw new IOException(file + ": " + failure.getMessage(), failure);
    }
    throw new IOException(file + ": a private key of another type (expected: " + KEY_TYPES + ")");
  }

  /** The encoding names its type, but no API reads the name: each type is tried. */
  private static @Nullable PrivateKey keyOfType(String type, PKCS8EncodedKeySpec encoded)
      throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance(type).generatePrivate(encoded);
    } catch (InvalidKeySpecException ofAnotherType) {
      return null;
    }
  }

  private static PKCS8EncodedKeySpec decrypt(Path file, byte[] encoded, @Nullable String password)
      throws IOException, GeneralSecurityException {
    if (password == null) {
      throw new IOException(file + ": an encrypted private key (expected: its password)");
    }
    EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(encoded);
    // For PBES2 the parameters name the algorithm, and AlgorithmParameters prints it.
    String algorithm =
        encrypted.getAlgName().equals("PBES2") || encrypted.getAlgName().contains("1.5.13")
            ? encrypted.getAlgParameters().toString()
            : encrypted.getAlgName();
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray());
    try {
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm).generateSecret(spec),
          encrypted.getAlgParameters());
      return encrypted.getKeySpec(cipher);
    } finally {
      spec.clearPassword();
    }
  }
}
