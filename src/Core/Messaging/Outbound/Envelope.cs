using System.Security.Cryptography;
using System.Text.Json;
using RecoveryOS.Core.Messaging.Templates;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Messaging.Outbound;

/// <summary>The number and the words of a text, opened for the moment of sending.</summary>
internal sealed record Envelope(PhoneNumber To, string Body, TimeSpan Validity)
{
    /// <summary>Null when the row cannot be read, and why: a row like that fails alone.</summary>
    public static Envelope? Open(DueText text, PhoneCipher cipher, out string? error)
    {
        error = null;
        try
        {
            return new(
                cipher.Open(text.AccountId, text.Phone.Ciphertext, text.Phone.KeyId),
                MessageTemplates.Render(text.Template, text.Locale.Language, text.Locale.Country, text.Values),
                ValidityOf(text));
        }
        catch (Exception exception) when (exception is CryptographicException or KeyNotFoundException)
        {
            error = "number_unreadable";
        }
        catch (Exception exception) when (exception is UnknownTemplateException)
        {
            error = "template_unknown";
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            error = "variables_unreadable";
        }

        return null;
    }

    // Facts of the trade, not of a provider: what a text is worth after so long.
    private static TimeSpan ValidityOf(DueText text)
    {
        var validity = TimeSpan.FromSeconds(text.Class switch
        {
            TextClass.Crisis or TextClass.Alert => 600,
            TextClass.Message => 14400,
            _ => 3600,
        });
        return text.ExpiresAt - text.Now is { } left && left < validity ? left : validity;
    }
}
