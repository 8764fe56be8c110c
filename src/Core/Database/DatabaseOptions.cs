using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Database;

/// <summary>Section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary>A <c>postgres://</c> URL or a key=value string.</summary>
    [Required(ErrorMessage = "Database:Url is missing")]
    public required string Url { get; init; }
}

[OptionsValidator]
internal sealed partial class DatabaseOptionsValidator : IValidateOptions<DatabaseOptions>;

/// <summary>What annotations cannot say: that the URL can be read.</summary>
internal sealed class DatabaseUrlValidator : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options)
    {
        try
        {
            DatabaseUrl.Parse(options.Url ?? "");
            return ValidateOptionsResult.Success;
        }
        catch (FormatException exception)
        {
            return ValidateOptionsResult.Fail($"Database:Url {exception.Message}");
        }
    }
}
