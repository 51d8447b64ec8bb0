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
package io.sockeye.conformance;

import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which rooms of the house see which others. */
class RoomsTest {
  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .importPackages(
                "io.sockeye.engineio",
                "io.sockeye.socketio",
                "io.sockeye.transport",
                "io.sockeye.clientmanager");
  }

  /** Both the modules of message queues; their contract, a test kit, drives whole servers. */
  private static final String[] MESSAGE_QUEUES = {
    "io.sockeye.clientmanager.redis..", "io.sockeye.clientmanager.amqp.."
  };

  private static void neverSees(String room, String... others) {
    noClasses()
        .that()
        .resideInAPackage(room)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(classes);
  }

  @Test
  void theCodecsAreAlone() {
    neverSees(
        "io.sockeye.engineio.protocol..",
        "io.sockeye.socketio..",
        "io.sockeye.engineio.server..",
        "tools.jackson..",
        "org.slf4j..",
        "java.net..",
        "java.util.concurrent..");
    neverSees(
        "io.sockeye.socketio.protocol..",
        "io.sockeye.engineio..",
        "io.sockeye.socketio.server..",
        "tools.jackson.databind..",
        "org.slf4j..");
  }

  @Test
  void theEngineKnowsNothingOfWhatStandsOnIt() {
    neverSees(
        "io.sockeye.engineio.server..",
        "io.sockeye.socketio..",
        "io.sockeye.transport..",
        "io.netty..",
        "tools.jackson..");
  }

  @Test
  void theServerKnowsNoWebServer() {
    neverSees(
        "io.sockeye.socketio.server..",
        "io.sockeye.transport..",
        "io.sockeye.clientmanager..",
        "io.netty..");
  }

  @Test
  void aBindingKnowsNoSocketIo() {
    neverSees("io.sockeye.transport..", "io.sockeye.socketio..");
  }

  @Test
  void aMessageQueueKnowsTheSpiAlone() {
    for (String queue : MESSAGE_QUEUES) {
      neverSees(
          queue,
          "io.sockeye.socketio.server",
          "io.sockeye.socketio.protocol..",
          "io.sockeye.engineio..",
          "io.sockeye.transport..");
    }
  }

  @Test
  void theSpiDoesNotKnowTheBody() {
    noClasses()
        .that()
        .resideInAPackage("io.sockeye..spi")
        .should()
        .dependOnClassesThat(
            new DescribedPredicate<>("are of the body of a server") {
              @Override
              public boolean test(JavaClass type) {
                return type.getPackageName().startsWith("io.sockeye")
                    && !type.getPackageName().endsWith(".spi")
                    && !type.getModifiers().contains(PUBLIC);
              }
            })
        .check(classes);
  }

  /** So that io.sockeye.engineio and io.sockeye.socketio can be turned up one by one. */
  @Test
  void loggersAreNamedAfterClassesOfTheirLayer() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.sockeye.engineio.server.AccessLog")
        .should()
        .callMethod("org.slf4j.LoggerFactory", "getLogger", "java.lang.String")
        .check(classes);
  }

  @Test
  void noTypeOfALibraryIsInAPublicSignature() {
    methods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackages(
            "io.sockeye.transport..", "io.sockeye.clientmanager..", "..internal..")
        .and()
        .areDeclaredInClassesThat()
        .doNotHaveSimpleName("JacksonBinder") // the option for those who configure Jackson
        .should(
            new ArchCondition<>("be of the JDK and this project alone") {
              @Override
              public void check(JavaMethod method, ConditionEvents events) {
                for (JavaClass type : method.getAllInvolvedRawTypes()) {
                  String name = type.getBaseComponentType().getPackageName();
                  if (name.startsWith("tools.") || name.startsWith("io.netty")) {
                    events.add(
                        SimpleConditionEvent.violated(
                            method, method.getFullName() + " has " + type.getName()));
                  }
                }
              }
            })
        .check(classes);
  }
}
