using System.Globalization;

namespace Twilio.Clients;

/// <summary>Writes a request's parameters.</summary>
internal static class Parameters
{
    /// <summary>Those that are not null, as the API writes them.</summary>
    public static List<KeyValuePair<string, string>> Given(params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var given = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
                given.Add(new(name, Text(value)));
        }

        return given;
    }

    private static string Text(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        DateTime time => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
