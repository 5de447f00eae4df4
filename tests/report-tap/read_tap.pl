# Reads a TAP stream from standard input with TAP::Parser, the one behind prove, and writes what it
# found as JSON: points, what it took for anything else, and what it had against the stream.
use strict;
use warnings;
use JSON::PP;
use TAP::Parser;

my $tap    = do { local $/; binmode STDIN, ":utf8"; <STDIN> };
my $parser = TAP::Parser->new( { tap => $tap } );
my ( @points, @others );
while ( my $result = $parser->next ) {
    if ( $result->is_test ) {
        push @points,
          {
            ok          => $result->is_actual_ok ? JSON::PP::true : JSON::PP::false,
            number      => $result->number,
            description => $result->description,
            directive   => $result->directive,
            explanation => $result->explanation,
          };
    }
    elsif ( $result->is_yaml ) {
        $points[-1]{data} = $result->data;
    }
    elsif ( !$result->is_plan && !$result->is_version ) {
        push @others, $result->type . ': ' . $result->raw;
    }
}
print JSON::PP->new->ascii->canonical->encode(
    {
        points => \@points,
        others => \@others,
        errors => [ $parser->parse_errors ],
        failed => [ $parser->failed ],
        plan   => $parser->plan,
    }
  ),
  "\n";
