using Npgsql;

namespace RecoveryOS.Core.Database;

/// <summary>Positional parameters without boxing, and with their types even when the value is null.</summary>
internal static class Parameters
{
    public static NpgsqlCommand With<T>(this NpgsqlCommand command, T value)
        where T : struct
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    public static NpgsqlCommand With<T>(this NpgsqlCommand command, T? value)
        where T : struct
    {
        command.Parameters.Add(new NpgsqlParameter<T?> { TypedValue = value });
        return command;
    }

    public static NpgsqlCommand With(this NpgsqlCommand command, string? value)
    {
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        return command;
    }

    public static NpgsqlCommand With(this NpgsqlCommand command, byte[]? value)
    {
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = value });
        return command;
    }

    public static NpgsqlCommand With<T>(this NpgsqlCommand command, T[]? value)
    {
        command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = value });
        return command;
    }
}
