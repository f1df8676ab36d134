import Interface
import Testing

@testable import Console

@Suite("The console's first run, as events and effects") struct FirstRunTests {
  @Test("on the first run five times Enter is live on local") func firstRun() {
    var status = Samples.idle
    status.choice = Choice()
    var person = Operator(status, isFirstRun: true)
    #expect(person.press(.enter, .enter, .enter, .enter) == [])
    #expect(person.press(.enter).intents == [.goLive])
    #expect(person.reducer.state.dialogs.isEmpty)
  }

  @Test("without a camera and a microphone the first run puts the test sources on air") func firstRunWithoutDevices() {
    var status = Samples.idle
    status.choice = Choice()
    let lists: [WritableKeyPath<Offers, [Offers.Device]>] = [\.cameras, \.microphones]
    for devices in lists {
      status.offers[keyPath: devices].removeAll { !["test", "none", "silence"].contains($0.specification) }
    }
    var hasty = Operator(status, isFirstRun: true)
    #expect(hasty.press(.enter) == [], "nobody has looked for a camera yet")
    (status.offers.hasLookedForCameras, status.offers.hasLookedForMicrophones) = (true, true)
    var person = Operator(status, isFirstRun: true)
    #expect(person.screen.contains("No camera was found here"))
    #expect(person.press(.enter).intents == [.camera("test")])
    #expect(person.press(.enter).intents == [.microphone("test")])
    #expect(person.press(.enter, .enter, .enter).intents == [.goLive])
  }

  @Test("size and bitrate are chosen in one step") func quality() {
    var status = Samples.idle
    status.choice = Choice()
    var person = Operator(status, isFirstRun: true)
    _ = person.press(.enter, .enter)
    #expect(person.screen.contains("1280x720@30") && person.screen.contains("640x360@30"))
    _ = person.press(.down, .down, .down, .down)
    #expect(person.press(.enter).intents == [.video("640x360@30"), .videoBitrate(kilobits: 800)])
  }

  @Test("a size that is in no list is typed at its step, with what is wrong beside it, and sets the bitrate too")
  func otherSize() {
    var status = Samples.idle
    status.choice = Choice()
    var person = Operator(status, isFirstRun: true)
    _ = person.press(.enter, .enter)
    #expect(person.press(.end, .enter) == [])
    #expect(
      person.screen.contains("step 3 of 5") && person.screen.contains("WIDTHxHEIGHT@RATE, for example 320x180@10"))
    #expect(person.press(.paste("320*180"), .enter) == [])
    #expect(person.screen.contains("Invalid video size \"320*180\". Use WIDTHxHEIGHT@RATE, for"), "\(person.screen)")
    #expect(person.screen.contains("step 3 of 5"))
    #expect(
      person.press(.control("u"), .paste("320x180@10"), .enter).intents == [
        .video("320x180@10"), .videoBitrate(kilobits: 400),
      ])
    #expect(person.screen.contains("step 4 of 5"))
    _ = person.press(.escape, .end, .enter, .escape)
    #expect(person.screen.contains("step 3 of 5"), "Esc goes back to the list")
  }

  @Test("a camera that is found after all takes the suggestion back") func lateCamera() {
    var status = Samples.idle
    let cameras = status.offers.cameras
    status.choice = Choice()
    status.offers.cameras.removeAll { !["test", "none"].contains($0.specification) }
    status.offers.hasLookedForCameras = true
    var person = Operator(status, isFirstRun: true)
    status.offers.cameras = cameras
    _ = person.reducer.handle(.status(status))
    #expect(person.press(.enter) == [], "auto was chosen before")
  }

  @Test("the first run can choose, go back and be left") func firstRunChoices() {
    var person = Operator(Samples.idle, isFirstRun: true)
    #expect(person.press(.end, .enter).intents == [.camera("test")])
    #expect(person.press(.escape, .escape) == [])
    #expect(person.reducer.state.dialogs.isEmpty)
    #expect(person.message?.contains("go") == true)
  }
}
