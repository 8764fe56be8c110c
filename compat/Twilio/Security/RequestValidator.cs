using System.Collections.Specialized;
using System.Security.Cryptography;
using System.Text;

namespace Twilio.Security;

/// <summary>Checks a webhook's X-Twilio-Signature: HMAC-SHA1 over the URL and the sorted form parameters.</summary>
public class RequestValidator(string secret)
{
    private readonly byte[] _secret = Encoding.UTF8.GetBytes(secret);

    /// <summary>A repeated parameter counts once, its values joined with a comma.</summary>
    public bool Validate(string url, NameValueCollection parameters, string expected) =>
        Validate(url, parameters.AllKeys.ToDictionary(key => key, key => parameters[key]), expected);

    /// <summary>Tries the URL as it is, then with its port taken away or the default one added.</summary>
    public bool Validate(string url, IDictionary<string, string> parameters, string expected)
    {
        ThrowIfEmpty(url, nameof(url));
        ThrowIfEmpty(expected, nameof(expected));

        var form = parameters is null ? "" : string.Concat(
            parameters.Keys.Order(StringComparer.Ordinal).Select(key => key + parameters[key]));
        return IsSigned(url + form, expected) || IsSigned(PortVariation.Of(url) + form, expected);
    }

    /// <summary>For a body that is no form: the URL is signed and carries the body's hash as bodySHA256.</summary>
    public bool Validate(string url, string body, string expected)
    {
        ThrowIfEmpty(url, nameof(url));
        ThrowIfEmpty(expected, nameof(expected));

        var hash = "";
        foreach (var parameter in new Uri(url, UriKind.Absolute).Query.TrimStart('?').Split('&'))
        {
            // A parameter without a value throws, as in the official class.
            var pair = parameter.Split('=');
            if (pair[0] == "bodySHA256")
                hash = Uri.UnescapeDataString(pair[1]);
        }

        return Validate(url, (IDictionary<string, string>)null, expected) && ValidateBody(body, hash);
    }

    /// <summary>Compares with the body's SHA-256 in lower-case hex.</summary>
    public static bool ValidateBody(string rawBody, string expected) =>
        expected is not null
        && AreEqual(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rawBody))), expected);

    private bool IsSigned(string data, string expected) =>
        AreEqual(Convert.ToBase64String(HMACSHA1.HashData(_secret, Encoding.UTF8.GetBytes(data))), expected);

    private static bool AreEqual(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));

    private static void ThrowIfEmpty(string value, string name)
    {
        if (string.IsNullOrEmpty(value))
            throw new ArgumentException($"Parameter '{name}' cannot be null or empty.", name);
    }
}
