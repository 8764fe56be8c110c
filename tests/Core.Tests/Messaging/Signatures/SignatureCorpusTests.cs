using RecoveryOS.Core.Messaging.Signatures;

namespace RecoveryOS.Core.Tests.Messaging.Signatures;

/// <summary>The vectors' signatures were made by Python's hmac, not by any code of this solution.</summary>
public sealed class SignatureCorpusTests
{
    private static readonly SignatureCorpus Corpus = SignatureVector.Read();

    public static TheoryData<string> Names => [.. Corpus.Vectors.Select(vector => vector.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Vector_gets_its_verdict(string name)
    {
        var vector = Corpus.Vectors.Single(one => one.Name == name);

        var verdict = Corpus.Settings[vector.Settings].Verifier().Verify(vector.Request());

        Assert.Equal(vector.Verdict, verdict is Verdict.Refused refused ? refused.Reason.ToString() : "Accepted");
        if (verdict is Verdict.Accepted accepted)
        {
            Assert.Equal(vector.Token, accepted.TokenOrdinal);
            Assert.Equal(vector.Url?.Split('#')[0].TrimEnd('/'), accepted.BaseUrl);
            AssertFields(vector.Fields, accepted.Fields);
        }
    }

    [Fact]
    public void Every_refusal_has_a_vector()
    {
        var refusals = Enum.GetNames<Refusal>().Except([nameof(Refusal.BodyTooLarge)]);

        Assert.Empty(refusals.Except(Corpus.Vectors.Select(vector => vector.Verdict)));
    }

    [Fact]
    public void Every_cell_has_a_vector()
    {
        var urls =
            from scheme in new[] { "none", "https", "list" }
            from host in new[] { "direct", "spoofed", "chain" }
            from prefix in new[] { "none", "stripped", "added" }
            from port in new[] { "none", "443", "8443" }
            select $"url: scheme header {scheme}, host {host}, prefix {prefix}, port {port}";
        var bodies =
            from body in new[]
            {
                "form", "JSON", "empty", "repeated key, node form", "repeated key, twilio-csharp form",
                "repeated key, courier form", "unicode", "emoji",
            }
            from token in new[] { "current", "next", "retired", "other account" }
            from signature in new[] { "right", "absent", "blank", "garbage", "lower-cased" }
            select $"body: {body}, token {token}, signature {signature}";

        Assert.Empty(urls.Concat(bodies).Except(Corpus.Vectors.Select(vector => vector.Name)));
    }

    private static void AssertFields(IReadOnlyList<string[]>? expected, FormFields actual)
    {
        if (expected is not null)
        {
            Assert.Equal(expected.Select(field => new FormField(field[0], field[1])), actual.All);
        }
    }
}
