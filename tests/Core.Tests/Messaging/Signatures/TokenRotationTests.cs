using RecoveryOS.Core.Messaging.Signatures;

namespace RecoveryOS.Core.Tests.Messaging.Signatures;

/// <summary>A token is replaced while texts come in: staged, promoted, and the former one retired.</summary>
public sealed class TokenRotationTests
{
    private const int Requests = 1_000;
    private const string Former = "5d1fe2ab7c1a4b0e9a3c77d1e0b4f6a8";
    private const string Next = "e3a90f6b1d2c4857a6b8c9d0e1f20314";

    [Theory]
    [InlineData("before", Former, null, 0, null)]
    [InlineData("staged", Former, Next, 0, 1)]
    [InlineData("promoted", Next, Former, 1, 0)]
    [InlineData("retired", Next, null, null, 0)]
    public void Each_token_counts_as_long_as_it_is_configured(
        string stage, string primary, string? secondary, int? ordinalOfFormer, int? ordinalOfNext)
    {
        var verifier = Sender.Verifier(primary, secondary);
        var random = new Random(7);

        for (var i = 0; i < Requests; i++)
        {
            var isFormer = random.Next(2) == 0;
            var token = isFormer ? Former : Next;
            var request = random.Next(2) == 0
                ? Sender.SendForm(token, Sender.Text($"text {i}"))
                : Sender.SendJson(
                    token, $$"""{"AccountSid":"{{Sender.Account}}","To":"{{Sender.Number}}","N":{{i}}}""");

            var ordinal = (verifier.Verify(request) as Verdict.Accepted)?.TokenOrdinal;

            Assert.True((isFormer ? ordinalOfFormer : ordinalOfNext) == ordinal, $"{stage}, request {i}: {ordinal}");
        }
    }
}
