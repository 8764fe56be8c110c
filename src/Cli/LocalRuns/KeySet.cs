using System.Text.Json.Serialization;

namespace RecoveryOS.Cli.LocalRuns;

/// <summary>A JSON Web Key (RFC 7517) for RS256; the private members are absent from the public one.</summary>
internal sealed record RsaKey
{
    public required string Kid { get; init; }

    public string Kty { get; init; } = "RSA";

    public string Use { get; init; } = "sig";

    public string Alg { get; init; } = "RS256";

    public required string N { get; init; }

    public required string E { get; init; }

    public string? D { get; init; }

    public string? P { get; init; }

    public string? Q { get; init; }

    [JsonPropertyName("dp")]
    public string? DP { get; init; }

    [JsonPropertyName("dq")]
    public string? DQ { get; init; }

    [JsonPropertyName("qi")]
    public string? QI { get; init; }

    /// <summary>Without what must stay secret.</summary>
    public RsaKey Public() => new() { Kid = Kid, N = N, E = E };
}

/// <summary>What a JWKS URL serves.</summary>
internal sealed record KeySet(IReadOnlyList<RsaKey> Keys);
