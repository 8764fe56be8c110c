using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>Section <c>BackupSms</c>: Azure Communication Services. Without an endpoint there is no backup.</summary>
public sealed class BackupSmsOptions
{
    public const string Section = "BackupSms";

    /// <summary>Our resource, such as <c>https://ours.communication.azure.com</c>.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The number of ours that it sends from: E.164.</summary>
    [RegularExpression(@"\+[1-9][0-9]{7,14}", ErrorMessage = "BackupSms:From must be a number such as +15550100101")]
    public string? From { get; init; }

    public bool IsConfigured => !string.IsNullOrEmpty(Endpoint);
}

[OptionsValidator]
internal sealed partial class BackupSmsOptionsValidator : IValidateOptions<BackupSmsOptions>;

/// <summary>What annotations cannot say.</summary>
internal sealed class BackupSmsSettingsValidator : IValidateOptions<BackupSmsOptions>
{
    public ValidateOptionsResult Validate(string? name, BackupSmsOptions options)
    {
        if (!options.IsConfigured)
        {
            return ValidateOptionsResult.Success;
        }

        if (!ProviderAddress.IsAllowed(options.Endpoint))
        {
            return ValidateOptionsResult.Fail(ProviderAddress.Requirement("BackupSms:Endpoint"));
        }

        return string.IsNullOrEmpty(options.From)
            ? ValidateOptionsResult.Fail("BackupSms:From is missing")
            : ValidateOptionsResult.Success;
    }
}
