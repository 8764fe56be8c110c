using Npgsql;

namespace RecoveryOS.Core.Database;

/// <summary>Positional parameters without boxing, and with their types even when the value is null.</summary>
internal static class Parameters
{
    /// <summary>Adds a command to a batch.</summary>
    public static NpgsqlBatchCommand Command(this NpgsqlBatch batch, string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return command;
    }

    extension(NpgsqlCommand command)
    {
        public NpgsqlCommand With<T>(T value)
            where T : struct => command.With(new NpgsqlParameter<T> { TypedValue = value });

        public NpgsqlCommand With<T>(T? value)
            where T : struct => command.With(new NpgsqlParameter<T?> { TypedValue = value });

        public NpgsqlCommand With<T>(T[]? value) => command.With(new NpgsqlParameter<T[]> { TypedValue = value });

        public NpgsqlCommand With(string? value) => command.With(new NpgsqlParameter<string> { TypedValue = value });

        private NpgsqlCommand With(NpgsqlParameter parameter)
        {
            command.Parameters.Add(parameter);
            return command;
        }
    }

    extension(NpgsqlBatchCommand command)
    {
        public NpgsqlBatchCommand With<T>(T value)
            where T : struct => command.With(new NpgsqlParameter<T> { TypedValue = value });

        public NpgsqlBatchCommand With<T>(T? value)
            where T : struct => command.With(new NpgsqlParameter<T?> { TypedValue = value });

        public NpgsqlBatchCommand With<T>(T[]? value) => command.With(new NpgsqlParameter<T[]> { TypedValue = value });

        public NpgsqlBatchCommand With(string? value) =>
            command.With(new NpgsqlParameter<string> { TypedValue = value });

        private NpgsqlBatchCommand With(NpgsqlParameter parameter)
        {
            command.Parameters.Add(parameter);
            return command;
        }
    }
}
