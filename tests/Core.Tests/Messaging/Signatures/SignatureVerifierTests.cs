using RecoveryOS.Core.Messaging.Signatures;

namespace RecoveryOS.Core.Tests.Messaging.Signatures;

public sealed class SignatureVerifierTests
{
    private const string Token = "5d1fe2ab7c1a4b0e9a3c77d1e0b4f6a8";

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, Refusal.BodyTooLarge)]
    public void Body_of_more_than_64_KiB_is_refused(int tooMany, Refusal? refusal)
    {
        var length = SignatureVerifier.MaxBodyLength + tooMany;
        var empty = Sender.SendForm(Token, Sender.Text("")).Body.Length;
        var request = Sender.SendForm(Token, Sender.Text(new string('x', length - empty)));

        var verdict = Sender.Verifier(Token).Verify(request);

        Assert.Equal(length, request.Body.Length);
        Assert.Equal(refusal, (verdict as Verdict.Refused)?.Reason);
    }

    [Theory]
    [InlineData(Token, true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void It_is_configured_by_a_token(string? token, bool isConfigured) =>
        Assert.Equal(isConfigured, Sender.Verifier(token).IsConfigured);

    [Fact]
    public void Repeated_field_has_no_value_of_its_own()
    {
        var fields = new FormFields([new("Body", "a"), new("Body", "b"), new("To", "c")]);

        Assert.Null(fields.Only("Body"));
        Assert.Null(fields.Only("From"));
        Assert.Equal("c", fields.Only("To"));
    }

    [Fact]
    public void Verdict_shows_no_value()
    {
        var verdict = Sender.Verifier(Token).Verify(Sender.SendForm(Token, Sender.Text("a secret")));

        var accepted = Assert.IsType<Verdict.Accepted>(verdict);
        Assert.All(
            [accepted.ToString(), .. accepted.Fields.All.Select(field => field.ToString())],
            static text => Assert.DoesNotMatch(@"secret|\+1555|AC0123", text));
    }

    [Fact]
    public async Task Many_at_once_get_their_own_verdicts()
    {
        var verifier = Sender.Verifier(Token);
        var wrong = 0;

        await Parallel.ForAsync(0, 2_000, TestContext.Current.CancellationToken, (i, _) =>
        {
            var request = Sender.SendForm(i % 2 == 0 ? Token : "another", Sender.Text($"text {i}"));
            if (verifier.Verify(request) is Verdict.Accepted != (i % 2 == 0))
                Interlocked.Increment(ref wrong);

            return ValueTask.CompletedTask;
        });

        Assert.Equal(0, wrong);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("//")]
    [InlineData("/\0")]
    [InlineData("/\ud83d")]
    [InlineData("/%")]
    [InlineData("///\\")]
    [InlineData("/[")]
    [InlineData("/?bodySHA256")]
    [InlineData("/?bodySHA256=%")]
    [InlineData("/:99999")]
    public void Odd_target_is_refused_and_does_not_throw(string target)
    {
        var verifier = Sender.Verifier(Token, null, "https://texts.example", "https://T.example:8443/x");

        foreach (var contentType in new[] { Sender.Form, Sender.Json, "", ";", "\0" })
        {
            var request = Sender.Request(target, contentType, "a=b"u8.ToArray(), Sender.Sign("wrong", target));

            Assert.IsType<Verdict.Refused>(verifier.Verify(request));
        }
    }
}
