using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.Texts;

public sealed class NoTokenTests(ServiceFixture fixture)
{
    [Fact]
    public async Task Service_without_a_token_is_not_ready_and_takes_no_texts()
    {
        await using var service = await LocalService.StartAsync(
            await fixture.CreateDatabaseAsync(), "/healthz", ("Twilio__AuthToken", ""));
        var sender = new TwilioSender(service.Deployment);
        var fields = TwilioSender.Fields(TwilioSender.NewNumber(), "hello");

        var ready = await service.Deployment.Anonymous.GetAsync("/readyz");
        Answer[] answers =
        [
            await sender.PostAsync(fields),
            await sender.SendAsync(
                TwilioSender.Path, TwilioSender.Encode(fields), TwilioSender.FormType, sender.SignForm(fields, "")),
            await sender.SendAsync(TwilioSender.Path, "", TwilioSender.FormType, null),
        ];

        Assert.Equal("not_configured", ready.Is(503)["texts"].GetString());
        Assert.All(answers, answer => Assert.Equal((403, ""), (answer.Status, answer.Text)));
    }
}
