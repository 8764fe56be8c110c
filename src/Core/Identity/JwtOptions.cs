using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Identity;

/// <summary>Section <c>Jwt</c>: whose tokens are accepted.</summary>
public sealed class JwtOptions
{
    /// <summary>The issuer's JWKS: an http(s) URL, a file URL or a file's path.</summary>
    [Required]
    public required string KeysUrl { get; init; }

    /// <summary>What <c>iss</c> must be.</summary>
    [Required]
    public required string Issuer { get; init; }

    /// <summary>What <c>aud</c> must be, or hold.</summary>
    [Required]
    public required string Audience { get; init; }
}

[OptionsValidator]
internal sealed partial class JwtOptionsValidator : IValidateOptions<JwtOptions>;
