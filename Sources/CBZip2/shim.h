#pragma once
#include <stdio.h>
#include <bzlib.h>
