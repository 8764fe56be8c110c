using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>
/// The setting <c>PublicBaseUrls</c>, a list or one text with commas. Webhooks are signed over these, never over what a
/// request says of its own host or scheme, because anyone can write those headers.
/// </summary>
public sealed class PublicBaseUrls
{
    public const string Section = "PublicBaseUrls";

    /// <summary>As configured.</summary>
    public IReadOnlyList<string> Texts { get; internal set; } = [];

    /// <exception cref="FormatException">One of them is no base URL.</exception>
    internal IReadOnlyList<PublicBaseUrl> Parse() =>
    [
        .. Texts.Select(text => PublicBaseUrl.TryParse(text, out var url)
            ? url
            : throw new FormatException($"{Section} {text} is no base URL.")),
    ];

    internal void Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        Texts =
        [
            .. section.GetChildren().Select(child => child.Value).Append(section.Value)
                .SelectMany(value => (value ?? "").Split(
                    ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
        ];
    }
}

internal sealed class PublicBaseUrlsValidator : IValidateOptions<PublicBaseUrls>
{
    public ValidateOptionsResult Validate(string? name, PublicBaseUrls options)
    {
        var failures = options.Texts
            .Select((text, index) => (index, IsValid: PublicBaseUrl.TryParse(text, out _)))
            .Where(one => !one.IsValid)
            .Select(one => $"PublicBaseUrls:{one.index} must be an http:// or https:// URL with no user and no query")
            .ToList();
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }
}
