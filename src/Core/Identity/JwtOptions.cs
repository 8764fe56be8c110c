using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Identity;

/// <summary>Section <c>Jwt</c>: whose tokens are accepted.</summary>
public sealed class JwtOptions
{
    public const string Section = "Jwt";

    /// <summary>The issuer's JWKS: an http(s) URL, a file URL or a file's path.</summary>
    [Required(ErrorMessage = "Jwt:KeysUrl is missing")]
    public required string KeysUrl { get; init; }

    /// <summary>What <c>iss</c> must be.</summary>
    [Required(ErrorMessage = "Jwt:Issuer is missing")]
    public required string Issuer { get; init; }

    /// <summary>What <c>aud</c> must be, or hold.</summary>
    [Required(ErrorMessage = "Jwt:Audience is missing")]
    public required string Audience { get; init; }
}

[OptionsValidator]
internal sealed partial class JwtOptionsValidator : IValidateOptions<JwtOptions>;

/// <summary>What annotations cannot say: that the keys lie where they can be read from.</summary>
internal sealed class JwtKeysUrlValidator : IValidateOptions<JwtOptions>
{
    public ValidateOptionsResult Validate(string? name, JwtOptions options) =>
        Uri.TryCreate(options.KeysUrl, UriKind.Absolute, out var url) && url.Scheme is not ("http" or "https" or "file")
            ? ValidateOptionsResult.Fail("Jwt:KeysUrl must be an http, https or file URL, or a file's path")
            : ValidateOptionsResult.Success;
}
