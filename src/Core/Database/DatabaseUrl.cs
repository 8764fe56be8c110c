using System.Web;
using Npgsql;

namespace RecoveryOS.Core.Database;

/// <summary>Reads where the database is: a <c>postgres://</c> URL or Npgsql's key=value form.</summary>
public static class DatabaseUrl
{
    /// <summary>
    /// <c>postgres://user:password@host:port/database?sslmode=verify-full</c>; query parameters are libpq's
    /// <c>sslmode</c>, <c>user</c>, <c>host</c> (also a socket folder) and <c>application_name</c>, or any key of
    /// Npgsql's.
    /// </summary>
    /// <exception cref="FormatException">
    /// It is neither form. The message never repeats the value: it holds a password.
    /// </exception>
    public static NpgsqlConnectionStringBuilder Parse(string value)
    {
        try
        {
            var settings = Uri.TryCreate(value, UriKind.Absolute, out var url)
                && url.Scheme is "postgres" or "postgresql"
                ? FromUrl(url)
                : new NpgsqlConnectionStringBuilder(value);
            return settings.Host is { Length: > 0 } ? settings : throw new FormatException("names no host");
        }
        catch (ArgumentException)
        {
            throw new FormatException("is neither a postgres:// URL nor a key=value connection string");
        }
    }

    private static NpgsqlConnectionStringBuilder FromUrl(Uri url)
    {
        var builder = new NpgsqlConnectionStringBuilder();
        if (url.Host.Length > 0)
        {
            builder.Host = url.Host;
        }

        if (url.Port > 0)
        {
            builder.Port = url.Port;
        }

        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length == 2)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }

        if (url.AbsolutePath.Length > 1)
        {
            builder.Database = Uri.UnescapeDataString(url.AbsolutePath[1..]);
        }

        var query = HttpUtility.ParseQueryString(url.Query);
        foreach (var key in query.AllKeys.OfType<string>())
        {
            var name = key switch
            {
                "user" => "Username",
                "sslmode" => "SSL Mode",
                "application_name" => "Application Name",
                "connect_timeout" => "Timeout",
                "sslrootcert" => "Root Certificate",
                _ => key,
            };
            builder[name] = name == "SSL Mode" ? query[key]?.Replace("-", "", StringComparison.Ordinal) : query[key];
        }

        return builder;
    }
}
