namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>
/// Tells whether Twilio sent a webhook, and to us. It never throws, and no setting turns it off: without a token
/// everything is refused. A signature has no time and no nonce, so a true one can be sent again: only the message's id
/// tells.
/// </summary>
public sealed class SignatureVerifier
{
    /// <summary>In bytes.</summary>
    public const int MaxBodyLength = 64 * 1024;

    private readonly string clientAddressHeader;
    private readonly ClientNetworks networks;
    private readonly SignatureCandidates candidates;
    private readonly Ownership ownership;

    /// <exception cref="FormatException">A base URL or a network is wrong; in validated options none is.</exception>
    public SignatureVerifier(TwilioOptions options, PublicBaseUrls urls)
    {
        IsConfigured = options.IsConfigured;
        clientAddressHeader = options.ClientAddressHeader ?? "";
        networks = new(
        [
            .. options.Networks.Select(text => ClientNetworks.TryParse(text, out var network)
                ? network
                : throw new FormatException("Twilio:AllowedNetworks holds what is no network.")),
        ]);
        candidates = new(options.Tokens, urls.Parse());
        ownership = new(options.AccountSid ?? "", options.MessagingServiceSid, options.OwnNumbers);
    }

    /// <summary>Whether texts are set up here. Where not, every webhook is refused, and texts are not ready.</summary>
    public bool IsConfigured { get; }

    public Verdict Verify(WebhookRequest request)
    {
        if (CheckEnvelope(request) is { } refusal)
        {
            return new Verdict.Refused(refusal);
        }

        return MediaType(request) switch
        {
            "application/x-www-form-urlencoded" => VerifyForm(request),
            "application/json" => VerifyJson(request),
            _ => new Verdict.Refused(Refusal.UnsupportedContentType),
        };
    }

    private Refusal? CheckEnvelope(WebhookRequest request)
    {
        if (!IsConfigured)
        {
            return Refusal.NoToken;
        }

        if (request.Method != "POST")
        {
            return Refusal.WrongMethod;
        }

        if (!networks.IsOff && !networks.Allow(request.ValuesOf(clientAddressHeader)))
        {
            return Refusal.AddressNotAllowed;
        }

        if (SignatureText.Check(request.ValuesOf(SignatureText.Header)) is { } refusal)
        {
            return refusal;
        }

        if (request.Body.Length > MaxBodyLength)
        {
            return Refusal.BodyTooLarge;
        }

        return IsTarget(request.Target) ? null : Refusal.BadEncoding;
    }

    private Verdict VerifyForm(WebhookRequest request)
    {
        if (FormBody.Read(request.Body.Span) is not { } fields)
        {
            return new Verdict.Refused(Refusal.BadEncoding);
        }

        return Find(request, fields) is not { } match
            ? new Verdict.Refused(Refusal.WrongSignature)
            : BodyHash.Check(request.Target, request.Body.Span) == BodyHashState.Wrong
                ? new Verdict.Refused(Refusal.WrongBodyHash)
                : Judge(fields, match);
    }

    private Verdict VerifyJson(WebhookRequest request)
    {
        var hash = BodyHash.Check(request.Target, request.Body.Span);
        if (hash == BodyHashState.Absent)
        {
            return new Verdict.Refused(Refusal.MissingBodyHash);
        }

        if (Find(request, new([])) is not { } match)
        {
            return new Verdict.Refused(Refusal.WrongSignature);
        }

        return hash == BodyHashState.Wrong
            ? new Verdict.Refused(Refusal.WrongBodyHash)
            : JsonBody.Read(request.Body) is { } fields
                ? Judge(fields, match)
                : new Verdict.Refused(Refusal.BadEncoding);
    }

    private SignatureMatch? Find(WebhookRequest request, FormFields fields) =>
        candidates.Find(request.Target, fields, request.ValuesOf(SignatureText.Header)[0]);

    private Verdict Judge(FormFields fields, SignatureMatch match) => ownership.Check(fields) is { } refusal
        ? new Verdict.Refused(refusal)
        : new Verdict.Accepted(fields, match.TokenOrdinal, match.Url.Text);

    // A path of this host: not http://other/, not *, nothing that a URL cannot hold.
    private static bool IsTarget(string target) =>
        target.StartsWith('/')
        && !target.AsSpan().ContainsAnyExceptInRange('!', '~')
        && !target.Contains('#', StringComparison.Ordinal);

    private static string MediaType(WebhookRequest request) =>
        request.ValuesOf("Content-Type") is [var only] ? only.Split(';')[0].Trim().ToLowerInvariant() : "";
}
