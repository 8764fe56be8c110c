using System.Text.Json;
using System.Text.Json.Serialization;
using RecoveryOS.Core.Messaging.Signatures;

namespace RecoveryOS.Core.Tests.Messaging.Signatures;

/// <summary>A request with its literal signature, and what must become of it.</summary>
internal sealed record SignatureVector
{
    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public required string Name { get; init; }

    public required string Settings { get; init; }

    public string Method { get; init; } = "POST";

    public required string Target { get; init; }

    public required IReadOnlyList<string[]> Headers { get; init; }

    public string Body { get; init; } = "";

    public byte[]? BodyBase64 { get; init; }

    /// <summary>Accepted, or the refusal's name.</summary>
    public required string Verdict { get; init; }

    public int Token { get; init; }

    public string? Url { get; init; }

    public IReadOnlyList<string[]>? Fields { get; init; }

    public static SignatureCorpus Read()
    {
        using var stream = typeof(SignatureVector).Assembly.GetManifestResourceStream("Corpora/signatures.json")
            ?? throw new InvalidOperationException("The corpus is not embedded.");
        return JsonSerializer.Deserialize<SignatureCorpus>(stream, SnakeCase)
            ?? throw new InvalidOperationException("The corpus is empty.");
    }

    public WebhookRequest Request() => new()
    {
        Method = Method,
        Target = Target,
        Headers = [.. Headers.Select(header => KeyValuePair.Create(header[0], header[1]))],
        Body = BodyBase64 ?? System.Text.Encoding.UTF8.GetBytes(Body),
    };
}

internal sealed record SignatureCorpus(
    IReadOnlyDictionary<string, SignatureSettings> Settings, IReadOnlyList<SignatureVector> Vectors);

/// <summary>A deployment's settings.</summary>
internal sealed record SignatureSettings
{
    public IReadOnlyList<string> Urls { get; init; } = ["https://texts.example"];

    public string? Account { get; init; }

    public string? Token { get; init; }

    public string? Secondary { get; init; }

    public string? Service { get; init; }

    public IReadOnlyList<string> Numbers { get; init; } = [];

    public IReadOnlyList<string> Networks { get; init; } = [];

    public string? AddressHeader { get; init; }

    public SignatureVerifier Verifier() => new(
        new TwilioOptions
        {
            AccountSid = Account,
            AuthToken = Token,
            SecondaryAuthToken = Secondary,
            MessagingServiceSid = Service,
            Numbers = Numbers,
            AllowedNetworks = Networks,
            ClientAddressHeader = AddressHeader,
        },
        new PublicBaseUrls { Texts = Urls });
}
