using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Database;

/// <summary>Section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    /// <summary>A <c>postgres://</c> URL or a key=value string.</summary>
    [Required]
    public required string Url { get; init; }
}

[OptionsValidator]
internal sealed partial class DatabaseOptionsValidator : IValidateOptions<DatabaseOptions>;
